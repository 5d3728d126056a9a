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
export { type CsvOptions, fromCsv } from './csv/from-csv.js'
export type { FileInput } from './files/file-list.js'
export {
  fromImages,
  type ImageBatch,
  type ImageLoader,
} from './image-folder/from-images.js'
export type {
  FromImagesOptions,
  ImageFit,
  ImageLabels,
} from './image-folder/image-options.js'
export {
  imageSteps,
  randomBrightness,
  randomContrast,
  randomNoise,
} from './images/colours.js'
export {
  cutout,
  type RandomAffineOptions,
  randomAffine,
  randomCrop,
  randomFlip,
} from './images/geometry.js'
export type { ImageStep } from './images/pixels.js'
export { fromJsonl, type JsonlOptions } from './jsonl/from-jsonl.js'
export type { Sample, SampleMap, SamplePlace } from './jsonl/jsonl-records.js'
export type {
  DatasetLike,
  Json,
  Loader,
  LoaderState,
  Source,
  SourceLoader,
  SourceTraits,
} from './loader/loader.js'
export { fromParquet } from './parquet/from-parquet.js'
export type { ParquetInput } from './parquet/parquet-records.js'
export type { ArrayLoaderState } from './position.js'
export { type Fold, type KFoldOptions, kFold } from './rows/k-fold.js'
export type { RowKeys } from './rows/row-keys.js'
export { type StratifiedSplitOptions, stratifiedSplit } from './rows/stratified-split.js'
export { type WeightedSampleOptions, weightedSample } from './rows/weighted-sample.js'
export { type BatchOfSamples, type BatchOptions, batch } from './sequences/batch.js'
export { type BucketOptions, bucketByLength } from './sequences/bucket-by-length.js'
export { type PaddedColumns, type PadToOptions, padTo } from './sequences/pad-to.js'
export type { PaddingOptions, Sequence } from './sequences/padding.js'
export { type SplitOptions, type SplitParts, type SplitSizes, split } from './split.js'
export type { ColumnType } from './table/cells.js'
export type { ColumnEncoder, Encoders, FittedEncoders } from './table/encoders.js'
export type {
  FeatureBatch,
  LabelledBatch,
  NamedBatch,
  Table,
  TableColumns,
} from './table/table.js'
export type { ColumnSpec, MissingRule, TableOptions } from './table/table-options.js'
export type { TableState } from './table/table-state.js'
export {
  type EncodedTexts,
  type EncodeOptions,
  type Tokenizer,
  tokenizer,
} from './text/tokenizer.js'
export {
  type TokenizerJson,
  type TrainTokenizerOptions,
  trainTokenizer,
} from './text/tokenizer-json.js'
export { type AugmentOptions, augment } from './transforms/augment.js'
export { type Combined, type CombineOptions, combine } from './transforms/combine.js'
export { concat } from './transforms/concat.js'
export { type MapContext, map, type PerOptions } from './transforms/map.js'
export {
  type NormalizeOptions,
  type Normalizer,
  type NormalizerState,
  normalize,
  restoreNormalizer,
} from './transforms/normalize.js'
export { prefetch } from './transforms/prefetch.js'
export type { Moments } from './transforms/running-moments.js'
export type { BatchRandom, SampleRandom } from './transforms/sample-random.js'
export { type ShuffleOptions, shuffle } from './transforms/shuffle.js'
export { skip, take } from './transforms/take.js'
