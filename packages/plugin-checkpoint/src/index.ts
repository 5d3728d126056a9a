export type { Catalog, CatalogEntry } from './catalog.js'
export { checkpoint } from './checkpoint.js'
export { sealed } from './digest.js'
export { exportLayersModel } from './export-layers-model.js'
export { loadCheckpoint, type StoreReference } from './load.js'
export {
  loadWeights,
  type Variables,
  type WeightSource,
  type WeightTarget,
} from './load-weights.js'
export { memoryStore } from './memory-store.js'
export { type CheckpointOptions, options } from './options.js'
export type { CheckpointInfo } from './snapshot-file.js'
export {
  type CheckpointStore,
  type FileContent,
  NaNError,
  type StoredFile,
  type Written,
} from './store.js'
export type { WeightPattern, WeightReport, WeightSelection } from './weight-selection.js'
