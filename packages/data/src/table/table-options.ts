import { checkKeys, quote } from '../checks.js'
import type { ColumnType } from './cells.js'
import { DataError } from './data-error.js'
import type { Encoders, FittedEncoders } from './encoders.js'

/** What takes the place of a missing value; `error` refuses it. `mean` and `median` are those of the training data. */
export type MissingRule =
  | 'error'
  | 'mean'
  | 'median'
  | { readonly constant: number | string | boolean }

/** What is known of a column. Without a type it is found in the data. */
export interface ColumnSpec {
  /** `skip` leaves the column out. */
  readonly type?: ColumnType | 'skip'
  /** Of a category, by index. Default: those of the training data, sorted. */
  readonly categories?: readonly string[]
  /** Of a category. Default: `oneHot` in `features`, else `index`. */
  readonly encode?: 'index' | 'oneHot'
  /** A category that the training data do not have: an error (default), or a slot of its own, the last. */
  readonly unknown?: 'error' | 'slot'
  readonly missing?: MissingRule
  /** Adds a column `<name>_missing` of 0 and 1. Default false. */
  readonly indicator?: boolean
  /** Of a tensor that has the column's name. Default: int32 for `integer`, `boolean` and `category`, else float32. */
  readonly dtype?: 'float32' | 'int32'
}

/** Options of a loader of features and targets. */
export type WithTarget = { readonly target: string | readonly string[] }
/** Options of a loader of features alone. */
export type WithFeatures = {
  readonly features: readonly string[]
  readonly target?: undefined
}
/** Options of a loader that has what another one has. */
export type WithEncoders<B> = {
  readonly encoders: FittedEncoders<B>
  readonly features?: undefined
  readonly target?: undefined
}

/** Options of every loader of tables. */
export interface TableOptions {
  /** Columns that make up `x`, in this order. Default with a `target`: all others. */
  readonly features?: readonly string[]
  /** Column or columns that make up `y`. Without `features` and `target`, each column is a tensor of its own. */
  readonly target?: string | readonly string[]
  /** Types of columns, or all that is known of them. */
  readonly columns?: Readonly<Record<string, ColumnType | 'skip' | ColumnSpec>>
  /** For every column but the target, where it fits: means, medians and constant numbers are for numbers, constant texts for categories and texts. Default `error`. */
  readonly missing?: MissingRule
  /** Cells that are missing values, without the spaces around them. Default `['', 'NA', 'N/A', 'NaN', 'nan', 'null', 'NULL', 'None']`. */
  readonly missingValues?: readonly string[]
  /** Encoders that were fit before, as JSON or of another loader. Default: fit on these data. */
  readonly encoders?: Encoders | FittedEncoders
  /** Rows per batch; the last of an epoch may be smaller. Default 32. */
  readonly batchSize?: number
  /** A new order for each epoch. Default false. */
  readonly shuffle?: boolean
  /** Decides all orders. Default: random, kept in the state. */
  readonly seed?: number
  /** Whether a last batch that is not full is left out. Default false. */
  readonly dropLast?: boolean
  /** Whether the rows are read anew in each epoch instead of being held in memory. Default: for more than 256 MiB of files. */
  readonly stream?: boolean
  /** Rows that a shuffle of a stream chooses from. Default 10 000. */
  readonly shuffleBuffer?: number
}

/** Keys of {@link TableOptions}. */
export const tableKeys: readonly string[] = [
  'features',
  'target',
  'columns',
  'missing',
  'missingValues',
  'encoders',
  'batchSize',
  'shuffle',
  'seed',
  'dropLast',
  'stream',
  'shuffleBuffer',
]

const TYPES = ['number', 'integer', 'boolean', 'category', 'string', 'date', 'skip']
const SPEC_KEYS = [
  'type',
  'categories',
  'encode',
  'unknown',
  'missing',
  'indicator',
  'dtype',
]

/** Refuses an option in the common grammar. @throws REG_OPTION_INVALID */
export function refuseOption(
  owner: string,
  option: string,
  found: unknown,
  expected: string,
): never {
  throw new DataError(
    'REG_OPTION_INVALID',
    `${owner}: "${option}" is ${quote(found)}; expected ${expected}.`,
    { owner, option, found, expected },
  )
}

/** Checks all options but `encoders`. @throws REG_OPTION_INVALID, TypeError for an unknown one */
export function checkTableOptions(
  owner: string,
  options: TableOptions,
  known: readonly string[],
): void {
  checkKeys(options, known, owner)
  const { batchSize = 1, shuffleBuffer = 1, seed = 0, features, target } = options
  for (const [name, found] of Object.entries({ batchSize, shuffleBuffer }))
    if (!Number.isSafeInteger(found) || found < 1)
      refuseOption(owner, name, found, 'a whole number from 1')
  if (!Number.isSafeInteger(seed) || seed < 0)
    refuseOption(owner, 'seed', seed, 'a whole number from 0')
  for (const name of ['shuffle', 'dropLast', 'stream'] as const) {
    const found: unknown = options[name]
    if (found !== undefined && typeof found !== 'boolean')
      refuseOption(owner, name, found, 'true or false')
  }
  if (features !== undefined) checkNames(owner, 'features', features)
  if (target !== undefined)
    checkNames(owner, 'target', typeof target === 'string' ? [target] : target)
  const isBoth = [target]
    .flat()
    .find((name) => name !== undefined && features?.includes(name))
  if (isBoth !== undefined)
    refuseOption(
      owner,
      'features',
      features,
      `columns without the target ${quote(isBoth)}`,
    )
  if (options.missingValues !== undefined)
    checkTexts(owner, 'missingValues', options.missingValues)
  if (options.missing !== undefined) checkMissing(owner, 'missing', options.missing)
  for (const [name, spec] of Object.entries(options.columns ?? {}))
    checkSpec(owner, `columns.${name}`, typeof spec === 'string' ? { type: spec } : spec)
}

/** @throws REG_OPTION_INVALID for what is no list of names, each once */
export function checkNames(owner: string, option: string, found: unknown): void {
  checkTexts(owner, option, found)
  const names = found as readonly string[]
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (names.length === 0)
    refuseOption(owner, option, found, 'at least one name of a column')
  if (twice !== undefined) refuseOption(owner, option, found, `${quote(twice)} only once`)
}

function checkTexts(owner: string, option: string, found: unknown): void {
  const areTexts = Array.isArray(found) && found.every((text) => typeof text === 'string')
  if (!areTexts) refuseOption(owner, option, found, 'a list of texts')
}

function checkMissing(owner: string, option: string, found: unknown): void {
  if (['error', 'mean', 'median'].includes(found as string)) return
  const { constant } = Object(found) as { constant?: unknown }
  const isConstant = typeof constant === 'number' ? Number.isFinite(constant) : true
  if (isConstant && ['number', 'string', 'boolean'].includes(typeof constant)) return
  refuseOption(owner, option, found, '"error", "mean", "median" or { constant: 0 }')
}

function checkSpec(owner: string, option: string, spec: ColumnSpec): void {
  if (typeof spec !== 'object' || spec === null)
    refuseOption(owner, option, spec, 'a type, or an object with one')
  checkKeys(spec, SPEC_KEYS, `"${option}" of ${owner}`)
  const { type, categories, encode, unknown, missing, dtype, indicator } = spec
  const among = (name: string, found: unknown, allowed: readonly unknown[]) => {
    if (found === undefined || allowed.includes(found)) return
    refuseOption(owner, `${option}.${name}`, found, allowed.map(quote).join(' or '))
  }
  among('type', type, TYPES)
  among('encode', encode, ['index', 'oneHot'])
  among('unknown', unknown, ['error', 'slot'])
  among('dtype', dtype, ['float32', 'int32'])
  among('indicator', indicator, [true, false])
  if (categories !== undefined) checkNames(owner, `${option}.categories`, categories)
  if (missing !== undefined) checkMissing(owner, `${option}.missing`, missing)
  const isCategory = type === undefined || type === 'category'
  for (const [name, found] of Object.entries({ categories, encode, unknown }))
    if (found !== undefined && !isCategory)
      refuseOption(owner, `${option}.${name}`, found, 'it for the type "category" only')
  const isNumber =
    (type === undefined && categories === undefined) ||
    type === 'number' ||
    type === 'integer' ||
    type === 'date'
  if ((missing === 'mean' || missing === 'median') && !isNumber)
    refuseOption(
      owner,
      `${option}.missing`,
      missing,
      `{ constant: … } for the type "${type}"`,
    )
}
