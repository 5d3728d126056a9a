import { checkKeys, checkSeed, quote } from './checks.js'
import type { ColumnPart } from './column-tensor.js'
import type { Columns } from './columns.js'
import { pickRows } from './pick-rows.js'
import { shuffledIndices } from './random.js'
import { resolveColumns } from './resolve-columns.js'

/** Options of {@link split}. */
export interface SplitOptions {
  /** Decides which rows go where, a whole number from 0. Default 0: the same split in every run. */
  readonly seed?: number
}

/** Sizes of the parts: all whole numbers are rows, all fractions in (0, 1) are shares. By name or in order. */
export type SplitSizes = readonly number[] | Readonly<Record<string, number>>

/** A set of columns for each size, under the same name or in the same order. */
export type SplitParts<C, S extends SplitSizes> = {
  -readonly [Part in keyof S]: { [Name in keyof C]: ColumnPart<C[Name]> }
}

/** The seed's order for splits; epochs count up from 0 and do not get there. */
export const SPLIT_STREAM = 2 ** 32 - 1

/**
 * Deals rows out to parts that have none in common: a random choice that depends on the seed and
 * the number of rows alone. The parts have columns of the same kinds, copied.
 *
 * @throws TypeError, RangeError for sizes that exceed the rows or leave a part without any
 * @example
 * const [x, y] = [new Float32Array(10_000), new Int32Array(10_000)]
 * const { train, test } = split({ x, y }, { train: 0.9, test: 0.1 }, { seed: 1 })
 * const [first, second] = split({ x, y }, [8000, 2000])
 */
export function split<const C extends Columns<C>, const S extends SplitSizes>(
  columns: C,
  sizes: S,
  options: SplitOptions = {},
): SplitParts<C, S> {
  checkKeys(options, ['seed'], 'split')
  const { seed = 0 } = options
  checkSeed(seed, 'split')
  const { rows, byName } = resolveColumns(columns)
  const bounds = boundsOf(sizes, rows)
  const order = shuffledIndices(rows, { seed, stream: SPLIT_STREAM })
  const parts = bounds.map(
    ({ part, start, end }) =>
      [part, pickRows(columns, byName, order.subarray(start, end))] as const,
  )
  return asGiven(sizes, parts) as SplitParts<C, S>
}

/** Parts in the form of their sizes: in order, or by name. */
export function asGiven<Part>(
  sizes: SplitSizes,
  parts: readonly (readonly [string, Part])[],
): Part[] | Record<string, Part> {
  return Array.isArray(sizes) ? parts.map(([, part]) => part) : Object.fromEntries(parts)
}

/** Which of the rows, in an order of chance, a part gets. */
export interface Bounds {
  readonly part: string
  readonly start: number
  readonly end: number
}

/** @throws TypeError, RangeError for sizes that exceed the rows or leave a part without any */
export function boundsOf(sizes: SplitSizes, rows: number, owner = 'split'): Bounds[] {
  const entries = typeof sizes === 'object' && sizes !== null ? Object.entries(sizes) : []
  if (entries.length === 0) {
    throw new TypeError(
      `The sizes of ${owner} are ${quote(sizes)}; give an array or an object such as { train: 0.9, test: 0.1 }.`,
    )
  }
  const isCounts = entries.every(([, size]) => Number.isSafeInteger(size) && size >= 1)
  const isShares = entries.every(
    ([, size]) => typeof size === 'number' && size > 0 && size < 1,
  )
  if (!isCounts && !isShares) {
    throw new RangeError(
      `The sizes of ${owner} are ${quote(sizes)}; give either whole numbers of rows from 1 or fractions between 0 and 1, not both.`,
    )
  }
  const total = entries.reduce((sum, [, size]) => sum + size, 0)
  if (total > (isCounts ? rows : 1 + 1e-9)) {
    const limit = isCounts ? `the columns have ${rows} rows` : 'they may be 1 at most'
    throw new RangeError(
      `The sizes of ${owner} are ${quote(sizes)}, together ${round(total)}, but ${limit}. Make them smaller.`,
    )
  }
  let sum = 0
  return entries.map(([part, size]) => {
    const start = rowsOf(sum)
    sum += size
    const end = rowsOf(sum)
    if (end > start) return { part, start, end }
    throw new RangeError(
      `Part ${quote(part)} of ${owner} gets ${size} of ${rows} rows, which is none; make it larger.`,
    )
  })

  function rowsOf(size: number): number {
    return isCounts ? size : Math.min(rows, Math.round(size * rows))
  }
}

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
