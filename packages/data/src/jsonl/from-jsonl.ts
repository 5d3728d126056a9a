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
import { jsonlRecords, type SampleMap } from './jsonl-records.js'

/** Options of {@link fromJsonl}. */
export interface JsonlOptions extends TableOptions {
  /** Keys that are read. Default: those of the first sample, and another one is an error. */
  readonly names?: readonly string[]
  /** Makes the columns of a sample, for samples that are nested; `null` leaves one out. */
  readonly map?: SampleMap
}

const OWNER = 'fromJsonl'

/**
 * Batches of files with a JSON object in each line, which may be compressed with gzip. Columns, missing
 * values (a key that is missing or null too) and encoders are those of `fromCsv`.
 *
 * @throws REG_OPTION_INVALID, TypeError for wrong options; the errors of files come with the first batch
 * @example
 * const train = fromJsonl('train.jsonl', {
 *   map: (sample) => ({ length: sample.text.length, label: sample.label }),
 *   target: 'label',
 * })
 */
export function fromJsonl(
  files: FileInput,
  options: JsonlOptions & WithTarget,
): Table<LabelledBatch>
export function fromJsonl(
  files: FileInput,
  options: JsonlOptions & WithFeatures,
): Table<FeatureBatch>
export function fromJsonl<B>(
  files: FileInput,
  options: JsonlOptions & WithEncoders<B>,
): Table<B>
export function fromJsonl(files: FileInput, options?: JsonlOptions): Table<NamedBatch>
export function fromJsonl(files: FileInput, options: JsonlOptions = {}) {
  checkFiles(OWNER, files)
  checkTableOptions(OWNER, options, [...tableKeys, 'names', 'map'])
  const { names, map } = options
  if (names !== undefined) checkNames(OWNER, 'names', names)
  if (map !== undefined && typeof map !== 'function')
    refuseOption(OWNER, 'map', map, 'a function')
  return new TableLoader(jsonlRecords(OWNER, files, { names, map }), options) as unknown
}
