import { checkFiles, type FileInput } from '../files/file-list.js'
import type { FeatureBatch, LabelledBatch, NamedBatch, Table } from '../table/table.js'
import { TableLoader } from '../table/table-loader.js'
import {
  checkNames,
  checkTableOptions,
  refuseOption,
  type TableOptions,
  tableKeys,
  type WithEncoders,
  type WithFeatures,
  type WithTarget,
} from '../table/table-options.js'
import { csvRecords } from './csv-records.js'

/** Options of {@link fromCsv}. */
export interface CsvOptions extends TableOptions {
  /** What is between two cells. Default `,`. */
  readonly delimiter?: string
  /** Names of the columns of files without a header. Default: the first line has them. */
  readonly names?: readonly string[]
}

const OWNER = 'fromCsv'

/**
 * Batches of CSV files in UTF-8, which may be compressed with gzip: `x` of the features and `y` of the
 * target, or a tensor for each column. Types are found in the data or declared. A missing value, a cell
 * of another type and a row of another length are errors that name the line.
 *
 * @throws REG_OPTION_INVALID, TypeError for wrong options; the errors of files come with the first batch
 * @example
 * const train = fromCsv('train.csv', { target: 'price', batchSize: 64, shuffle: true, seed: 1 })
 * const validation = fromCsv('validation.csv', { target: 'price', encoders: train.encoders })
 * // Batches: x float32 [64, features], y float32 [64, 1].
 */
export function fromCsv(
  files: FileInput,
  options: CsvOptions & WithTarget,
): Table<LabelledBatch>
export function fromCsv(
  files: FileInput,
  options: CsvOptions & WithFeatures,
): Table<FeatureBatch>
export function fromCsv<B>(
  files: FileInput,
  options: CsvOptions & WithEncoders<B>,
): Table<B>
export function fromCsv(files: FileInput, options?: CsvOptions): Table<NamedBatch>
export function fromCsv(files: FileInput, options: CsvOptions = {}) {
  checkFiles(OWNER, files)
  checkTableOptions(OWNER, options, [...tableKeys, 'delimiter', 'names'])
  const { delimiter = ',', names } = options
  if (typeof delimiter !== 'string' || delimiter === '' || /["\r\n]/.test(delimiter))
    refuseOption(
      OWNER,
      'delimiter',
      delimiter,
      'a text such as ";" without a quote or line break',
    )
  if (names !== undefined) checkNames(OWNER, 'names', names)
  return new TableLoader(
    csvRecords(OWNER, files, { delimiter, names }),
    options,
  ) as unknown
}
