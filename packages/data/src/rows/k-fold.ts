import { checkCount, checkKeys, checkSeed } from '../checks.js'
import type { ColumnPart } from '../column-tensor.js'
import type { Columns } from '../columns.js'
import { notice } from '../loader/notice.js'
import { pickRows } from '../pick-rows.js'
import { shuffledIndices } from '../random.js'
import { type ResolvedColumns, resolveColumns } from '../resolve-columns.js'
import { SPLIT_STREAM } from '../split.js'
import { type RowKeys, rowsByKey } from './row-keys.js'

/** Options of {@link kFold}. */
export interface KFoldOptions {
  /** Number of folds, from 2. Default 5. */
  readonly k?: number
  /** Decides which rows are in which fold, a whole number from 0. Default 0: the same in every run. */
  readonly seed?: number
  /** The class of each row: each fold has its share of every class. */
  readonly stratify?: RowKeys
  /** The group of each row: rows of a group are in one fold together, such as those of a patient. */
  readonly group?: RowKeys
}

type Part<C> = { [Name in keyof C]: ColumnPart<C[Name]> }

/** One fold. Its columns are copied where they are read first. */
export interface Fold<C> {
  /** From 0. */
  readonly fold: number
  readonly train: Part<C>
  readonly validation: Part<C>
  /** The rows of each part in the columns. */
  readonly rows: { readonly train: Uint32Array; readonly validation: Uint32Array }
}

/**
 * Deals rows out to folds for a cross-validation: each row is in one validation part.
 *
 * @throws TypeError, RangeError for fewer rows or groups than folds, and wrong options
 * @example
 * const [x, y] = [new Float32Array(1000), new Int32Array(1000)]
 * for (const { fold, train, validation } of kFold({ x, y }, { k: 5, stratify: 'y' }))
 *   console.log(fold, train.x.length, validation.x.length) // 0 800 200
 */
export function kFold<const C extends Columns<C>>(
  columns: C,
  options: KFoldOptions = {},
): Fold<C>[] {
  checkKeys(options, ['k', 'seed', 'stratify', 'group'], 'kFold')
  const { k = 5, seed = 0 } = options
  checkCount(k, { owner: 'kFold', name: 'k', least: 2 })
  checkSeed(seed, 'kFold')
  const resolved = resolveColumns(columns)
  const { rows, byName } = resolved
  if (k > rows)
    throw new RangeError(
      `kFold with k ${k} has only ${rows} rows; give a k up to ${rows}.`,
    )
  const folds = foldsOf(resolved, { ...options, k, seed })
  return Array.from({ length: k }, (_, fold) => {
    const inFold = (isIn: boolean) =>
      Uint32Array.from([...folds.keys()].filter((row) => (folds[row] === fold) === isIn))
    const parts = { train: inFold(false), validation: inFold(true) }
    const pick = once((part: 'train' | 'validation') =>
      pickRows(columns, byName, parts[part]),
    )
    return {
      fold,
      rows: parts,
      get train() {
        return pick('train') as Part<C>
      },
      get validation() {
        return pick('validation') as Part<C>
      },
    }
  })
}

/** The fold of each row. */
function foldsOf(
  columns: ResolvedColumns,
  {
    k,
    seed,
    stratify,
    group,
  }: KFoldOptions & { readonly k: number; readonly seed: number },
): Uint32Array {
  const owner = 'kFold'
  const order = shuffledIndices(columns.rows, { seed, stream: SPLIT_STREAM })
  const folds = new Uint32Array(columns.rows)
  const classes =
    stratify === undefined
      ? new Map([['', [...order]]])
      : rowsByKey(stratify, columns, { owner, name: 'stratify', order })
  for (const [key, rows] of classes) {
    if (rows.length >= k) continue
    const text = `class ${key} has ${rows.length} rows for ${k} folds; a fold has none of it.`
    notice('REG_DATA_RARE', `${owner} ${key}`, `${owner}: ${text}`)
  }
  if (group === undefined) {
    for (const [place, row] of [...classes.values()].flat().entries())
      folds[row] = place % k
    return folds
  }
  const groups = [...rowsByKey(group, columns, { owner, name: 'group', order }).values()]
  if (groups.length < k) {
    const text = `only ${groups.length} groups; give a k up to ${groups.length}`
    throw new RangeError(`kFold with k ${k} has ${text}.`)
  }
  const totals = [...classes.values()].map((rows) => rows.length)
  const classOf = new Uint32Array(columns.rows)
  for (const [index, rows] of [...classes.values()].entries())
    for (const row of rows) classOf[row] = index
  const filled = Array.from({ length: k }, () => new Float64Array(totals.length))
  // The largest first, each to the fold that it leaves the most even.
  for (const rows of groups.toSorted((a, b) => b.length - a.length)) {
    const added = new Float64Array(totals.length)
    for (const row of rows)
      added[classOf[row] as number] = (added[classOf[row] as number] ?? 0) + 1
    const fold = leastUneven(filled, added, totals)
    const counts = filled[fold] as Float64Array
    for (const [index, count] of added.entries())
      counts[index] = (counts[index] ?? 0) + count
    for (const row of rows) folds[row] = fold
  }
  return folds
}

/** The fold where adding counts makes the shares of the classes least uneven; an empty one first. */
function leastUneven(
  filled: readonly Float64Array[],
  added: Float64Array,
  totals: readonly number[],
): number {
  const costs = filled.map((counts) =>
    totals.reduce((sum, total, index) => {
      const [before, more] = [counts[index] ?? 0, added[index] ?? 0]
      return sum + ((before + more) ** 2 - before ** 2) / total ** 2
    }, 0),
  )
  const empty = filled.findIndex((counts) => counts.every((count) => count === 0))
  return empty >= 0 ? empty : costs.indexOf(Math.min(...costs))
}

function once<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>()
  return (key) => {
    if (!made.has(key)) made.set(key, make(key))
    return made.get(key) as Value
  }
}
