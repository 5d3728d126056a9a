export {
  type ArrayLoader,
  type ArrayLoaderOptions,
  arrayLoader,
  type Batch,
} from './array-loader.js'
export type {
  Column,
  ColumnData,
  ColumnDtype,
  Columns,
  NestedNumbers,
  ShapedColumn,
} from './columns.js'
export type {
  DatasetLike,
  Json,
  Loader,
  LoaderState,
  Source,
  SourceLoader,
  SourceTraits,
} from './loader/loader.js'
export type { ArrayLoaderState } from './position.js'
export { type SplitOptions, type SplitParts, type SplitSizes, split } from './split.js'
export { type AugmentOptions, augment } from './transforms/augment.js'
export { type Combined, type CombineOptions, combine } from './transforms/combine.js'
export { concat } from './transforms/concat.js'
export { type MapContext, map, type PerOptions } from './transforms/map.js'
export { prefetch } from './transforms/prefetch.js'
export type { BatchRandom, SampleRandom } from './transforms/sample-random.js'
export { type ShuffleOptions, shuffle } from './transforms/shuffle.js'
export { skip, take } from './transforms/take.js'
