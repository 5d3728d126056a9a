import { quote } from '../checks.js'
import { type CellPlace, cellError } from './cell-error.js'
import {
  type Cell,
  type ColumnType,
  daysOf,
  expectations,
  isTooLarge,
  isTrueOrFalse,
  isWhole,
  numberOf,
  textOf,
} from './cells.js'
import { DataError } from './data-error.js'
import type { ColumnEncoder } from './encoders.js'
import type { UsedColumn } from './layout.js'

/** A category that is inferred has at most as many names: a column of texts is not to become thousands of columns. */
const MOST_INFERRED = 100

const tooLarge =
  "a whole number up to 2^53, which a number holds exactly; declare the column 'category' or 'string' if it is a name"

/** Learns type, categories, mean or median of a column, cell by cell. */
export class ColumnFit {
  readonly #column: UsedColumn
  readonly #canBe: Record<'boolean' | 'integer' | 'number' | 'date', boolean>
  readonly #names = new Set<string>()
  readonly #values: number[] = []
  #sum = 0
  #count = 0

  constructor(column: UsedColumn) {
    this.#column = column
    const { type } = column.spec
    const isOpen = type === undefined && column.spec.categories === undefined
    this.#canBe = {
      boolean: isOpen,
      integer: isOpen || type === 'integer',
      number: isOpen || type === 'number',
      date: isOpen || type === 'date',
    }
  }

  /** Whether the data have to be read to encode a column. */
  static isNeeded({ spec }: UsedColumn): boolean {
    const { type, categories, missing } = spec
    if (type === undefined) return categories === undefined
    const needsCategories = type === 'category' && categories === undefined
    return needsCategories || missing === 'mean' || missing === 'median'
  }

  /** Takes in a cell that is not missing. @throws REG_DATA_CELL if it is not of a declared type */
  add(cell: Cell, place: CellPlace): void {
    const { type, missing } = this.#column.spec
    this.#count++
    if (isTooLarge(cell) && type !== 'category' && type !== 'string')
      throw cellError(place, cell, tooLarge)
    const can = this.#canBe
    if (can.boolean) can.boolean = isTrueOrFalse(cell)
    if (can.number || can.integer) {
      const value = numberOf(cell)
      if (Number.isNaN(value)) can.number = can.integer = false
      else {
        if (type === undefined && can.integer) can.integer = isWhole(cell)
        this.#addValue(value, missing)
      }
    }
    if (can.date) {
      const days = daysOf(cell)
      if (Number.isNaN(days)) can.date = false
      else if (!can.number && !can.integer) this.#addValue(days, missing)
    }
    if (
      type !== undefined &&
      type !== 'category' &&
      type !== 'string' &&
      type !== 'skip' &&
      !can[type]
    )
      throw cellError(place, cell, expectations[type])
    if (
      type === 'category' ||
      (type === undefined && this.#names.size <= MOST_INFERRED)
    ) {
      const name = textOf(cell)
      if (name === undefined) throw cellError(place, cell, expectations.category)
      this.#names.add(name)
    }
  }

  /** What was learned. @throws REG_DATA_COLUMN if nothing can be */
  encoder(owner: string): ColumnEncoder {
    const { name, role, spec } = this.#column
    if (this.#count === 0 && ColumnFit.isNeeded(this.#column)) {
      const text = `${owner}: the column ${quote(name)} has missing values only, so nothing can be learned from it. Skip it with columns: { ${quote(name)}: 'skip' }.`
      throw new DataError('REG_DATA_COLUMN', text, { owner, column: name })
    }
    const type = (spec.type ?? this.#inferred(owner)) as ColumnType
    const isCategory = type === 'category'
    const fill = this.#fill(owner, type)
    return {
      type,
      ...(isCategory && {
        categories: spec.categories ?? this.#categories(fill),
        encode: spec.encode ?? (role === 'feature' ? 'oneHot' : 'index'),
        unknown: spec.unknown ?? 'error',
      }),
      ...(fill !== undefined && { fill }),
      ...(spec.indicator && { indicator: true }),
      ...(role === 'named' && { dtype: dtypeOf(type, spec.dtype) }),
    }
  }

  #addValue(value: number, missing: unknown): void {
    this.#sum += value
    if (missing === 'median') this.#values.push(value)
  }

  #inferred(owner: string): ColumnType {
    const { name, role, spec } = this.#column
    const { boolean, integer, number, date } = this.#canBe
    if (spec.categories) return 'category'
    if (boolean) return 'boolean'
    // In a float32 matrix a whole number is a number like others: later data may have fractions.
    if (integer && role === 'named') return 'integer'
    if (number) return 'number'
    if (date) return 'date'
    if (role === 'named') return 'string'
    if (this.#names.size <= MOST_INFERRED) return 'category'
    const some = [...this.#names].slice(0, 3).map(quote).join(', ')
    const text = `${owner}: the column ${quote(name)} has more than ${MOST_INFERRED} different texts (${some} …). Skip it, or declare columns: { ${quote(name)}: 'category' }.`
    throw new DataError('REG_DATA_COLUMN', text, { owner, column: name })
  }

  /** Sorted, as numbers if all are; so they do not depend on the order of the rows. */
  #categories(fill: number | string | undefined): string[] {
    if (typeof fill === 'string') this.#names.add(fill)
    const names = [...this.#names]
    const areNumbers = names.every((name) => !Number.isNaN(numberOf(name)))
    const byText = (a: string, b: string) => (a < b ? -1 : Number(a > b))
    return names.sort((a, b) => (areNumbers && Number(a) - Number(b)) || byText(a, b))
  }

  #fill(owner: string, type: ColumnType): number | string | undefined {
    const { name, role, spec } = this.#column
    const { missing } = spec
    if (missing === undefined || missing === 'error') return undefined
    const isMeasured = type === 'number' || type === 'integer' || type === 'date'
    if (missing === 'mean' || missing === 'median') {
      if (!isMeasured) return undefined
      const value = missing === 'mean' ? this.#sum / this.#count : medianOf(this.#values)
      const isInteger = role === 'named' && dtypeOf(type, spec.dtype) === 'int32'
      return isInteger ? Math.round(value) : value
    }
    const isText = type === 'category' || type === 'string'
    const isOfKind = isText === (typeof missing.constant === 'string')
    if (this.#column.isRuleForAll && !isOfKind) return undefined
    return constantOf(owner, name, type, missing.constant)
  }
}

/** The constant as the number or name that stands for a missing value. @throws REG_OPTION_INVALID */
function constantOf(
  owner: string,
  name: string,
  type: ColumnType,
  constant: number | string | boolean,
): number | string {
  if (type === 'category' || type === 'string') return String(constant)
  const value =
    type === 'date' && typeof constant === 'string' ? daysOf(constant) : Number(constant)
  if (Number.isFinite(value) && (type === 'date' || typeof constant !== 'string'))
    return value
  throw new DataError(
    'REG_OPTION_INVALID',
    `${owner}: "missing" of the column ${quote(name)} is the constant ${quote(constant)}; expected ${expectations[type]}.`,
    { owner, option: `columns.${name}.missing`, found: constant },
  )
}

function dtypeOf(type: ColumnType, dtype: 'float32' | 'int32' | undefined) {
  if (type === 'string') return 'string'
  const isWholeType = type === 'integer' || type === 'boolean' || type === 'category'
  return dtype ?? (isWholeType ? 'int32' : 'float32')
}

function medianOf(values: number[]): number {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  const upper = sorted[middle] as number
  return sorted.length % 2 ? upper : ((sorted[middle - 1] as number) + upper) / 2
}
