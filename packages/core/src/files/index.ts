export { describeFileError } from '../floor/file-error.js'
export { abandonClaim, confirmClaim, markClaim } from './claim.js'
export { flushFile } from './flush-file.js'
export {
  type Holder,
  hasEnded,
  isHolderAlive,
  ownHolder,
  type ProcessSystem,
  thisSystem,
} from './holder.js'
export { makeFolder } from './make-folder.js'
export {
  busyCodes,
  type RenameParts,
  type RenamePartsSync,
  renameFile,
  renameFileSync,
  renameWaitsMs,
} from './rename-file.js'
export { tidyFolder, tidyRuns } from './tidy.js'
export { isLeftover, processMark, temporaryPath } from './unfinished.js'
