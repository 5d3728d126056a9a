export { describeFileError } from '../file-error.js'
export { makeFolder } from './make-folder.js'
export {
  busyCodes,
  type RenameParts,
  type RenamePartsSync,
  renameFile,
  renameFileSync,
  renameWaitsMs,
} from './rename-file.js'
