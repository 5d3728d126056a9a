export { fuseLayers } from './fuse-layers.js'
export {
  type LayersBatch,
  type LayersInputs,
  type LayersModule,
  type LayersModuleOptions,
  layersModule,
  type Tensors,
} from './layers-module.js'
export { dropout } from './random/dropout.js'
export { type UntrainableLayer, untrainableLayers } from './untrainable.js'
export { weightNames } from './weight-names.js'
