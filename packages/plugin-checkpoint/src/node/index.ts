export {
  type FileStoreOptions,
  fileStore,
  fileStoreBelow,
  readPath,
  writeFolder,
} from './file-store.js'
export type { WriteStep } from './write-files.js'
export type { StepListener } from './write-thread.js'
