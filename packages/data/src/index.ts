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
