export type { StatefulMetric } from '../metrics/stateful-metrics.js'
export { fuseLayers } from './fuse-layers.js'
export { type LayersModule, layersModule } from './layers-module.js'
export type {
  ClassWeight,
  LayersBatch,
  LayersInputs,
  LayersMetric,
  LayersModuleOptions,
  Tensors,
} from './layers-options.js'
export { dropout } from './random/dropout.js'
export { type UntrainableLayer, untrainableLayers } from './untrainable.js'
export { weightNames } from './weight-names.js'
