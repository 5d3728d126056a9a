export type { Catalog, CatalogEntry } from './catalog.js'
export { checkpoint } from './checkpoint.js'
export { sealed } from './digest.js'
export { loadCheckpoint, type StoreReference } from './load.js'
export { memoryStore } from './memory-store.js'
export type { CheckpointOptions } from './options.js'
export type { CheckpointInfo } from './snapshot-file.js'
export {
  type CheckpointStore,
  type FileContent,
  NaNError,
  type StoredFile,
  type Written,
} from './store.js'
