import type { FeatureBatch, LabelledBatch, NamedBatch, Table } from '../table/table.js'
import { TableLoader } from '../table/table-loader.js'
import {
  checkTableOptions,
  refuseOption,
  type TableOptions,
  tableKeys,
  type WithEncoders,
  type WithFeatures,
  type WithTarget,
} from '../table/table-options.js'
import { type ParquetInput, parquetRecords } from './parquet-records.js'

const OWNER = 'fromParquet'

/**
 * Batches of Parquet files, with any compression. Columns, missing values (null and NaN) and encoders are
 * those of `fromCsv`. An int64 beyond 2^53 is an error, unless its column is a category or string.
 *
 * @throws REG_OPTION_INVALID, TypeError for wrong options; the errors of files come with the first batch
 * @example
 * const train = fromParquet('train.parquet', { target: 'price', shuffle: true, seed: 1 })
 */
export function fromParquet(
  files: ParquetInput,
  options: TableOptions & WithTarget,
): Table<LabelledBatch>
export function fromParquet(
  files: ParquetInput,
  options: TableOptions & WithFeatures,
): Table<FeatureBatch>
export function fromParquet<B>(
  files: ParquetInput,
  options: TableOptions & WithEncoders<B>,
): Table<B>
export function fromParquet(
  files: ParquetInput,
  options?: TableOptions,
): Table<NamedBatch>
export function fromParquet(files: ParquetInput, options: TableOptions = {}) {
  const { bytes } = Object(files) as { bytes?: unknown }
  const isInMemory = bytes instanceof ArrayBuffer || bytes instanceof Uint8Array
  const paths: readonly unknown[] = isInMemory ? [] : [files].flat()
  const isPath = (path: unknown) =>
    (typeof path === 'string' && path !== '') || path instanceof URL
  if (!isInMemory && !(paths.length > 0 && paths.every(isPath)))
    refuseOption(OWNER, 'files', files, 'a path, a list of paths, or { bytes }')
  checkTableOptions(OWNER, options, tableKeys)
  return new TableLoader(parquetRecords(OWNER, files), options) as unknown
}
