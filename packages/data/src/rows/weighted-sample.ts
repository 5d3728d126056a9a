import { type ArrayLoader, type Batch, makeArrayLoader } from '../array-loader.js'
import { checkCount, checkKeys, isNear, quote } from '../checks.js'
import type { Columns } from '../columns.js'
import { digestOf } from '../files/digest.js'
import { randomAt } from '../random.js'
import { type ResolvedColumns, resolveColumns } from '../resolve-columns.js'
import { type RowKeys, rowsByKey } from './row-keys.js'

/** Options of {@link weightedSample}: either weights per row, or a class per row. */
export interface WeightedSampleOptions {
  /** How often a row is drawn, relative to others: one number from 0 per row, or with `by` one per class. */
  readonly weights?: ArrayLike<number> | Readonly<Record<string, number>>
  /** The class of each row. Without `weights`, each class is drawn equally often. */
  readonly by?: RowKeys
  /** Rows per epoch. Default: as many as there are. */
  readonly count?: number
  /** Rows per batch. Default 32. */
  readonly batchSize?: number
  /** Decides which rows are drawn, a whole number from 0. Default: random, kept in the state. */
  readonly seed?: number
  /** Whether a last batch that is not full is left out. Default false. */
  readonly dropLast?: boolean
}

const KEYS = ['weights', 'by', 'count', 'batchSize', 'seed', 'dropLast']
const OWNER = 'weightedSample'

/**
 * Batches of rows that are drawn with replacement, others in each epoch: rare classes more often.
 * Otherwise it is an `arrayLoader`.
 *
 * @throws TypeError, RangeError for weights that are not numbers from 0, or all 0, and wrong options
 * @example
 * const [x, y] = [new Float32Array(1000), new Int32Array(1000)]
 * const train = weightedSample({ x, y }, { by: 'y', batchSize: 64, seed: 1 })
 */
export function weightedSample<const C extends Columns<C>>(
  columns: C,
  options: WeightedSampleOptions,
): ArrayLoader<Batch<C>> {
  checkKeys(options, KEYS, OWNER)
  const { weights, by, count, ...others } = options
  const resolved = resolveColumns(columns)
  const total = count ?? resolved.rows
  checkCount(total, { owner: OWNER, name: 'count' })
  const bounds = runningSum(weightsOf(resolved, weights, by))
  return makeArrayLoader<C>(
    resolved,
    { ...others, shuffle: true },
    {
      owner: OWNER,
      count: total,
      weights: digestOf(new Uint8Array(bounds.buffer)),
      draw(seed, epoch) {
        const random = randomAt({ seed, epoch, position: 2 ** 32 - 1 })
        const whole = bounds.at(-1) as number
        return Uint32Array.from({ length: total }, () =>
          firstAbove(bounds, random() * whole),
        )
      },
    },
  )
}

function weightsOf(
  columns: ResolvedColumns,
  weights: WeightedSampleOptions['weights'],
  by: RowKeys | undefined,
): ArrayLike<number> {
  const { rows } = columns
  if (by === undefined) {
    const list = weights as ArrayLike<number> | undefined
    if (list?.length === rows) return list
    const found = list?.length === undefined ? quote(list) : `${list.length} numbers`
    throw new RangeError(
      `The weights of ${OWNER} are ${found}; give ${rows} numbers, one per row, or by: a column of classes.`,
    )
  }
  const order = Uint32Array.from({ length: rows }, (_, row) => row)
  const classes = rowsByKey(by, columns, { owner: OWNER, name: 'by', order })
  const byClass = weights as Readonly<Record<string, number>> | undefined
  const names = [...classes.keys()].map(String)
  for (const key of Object.keys(byClass ?? {})) {
    if (names.includes(key)) continue
    const near = names.find((name) => isNear(key, name))
    const hint = near === undefined ? '' : ` Did you mean ${quote(near)}?`
    throw new RangeError(
      `The weights of ${OWNER} name the class ${quote(key)}, of which there is no row.${hint}`,
    )
  }
  const all = new Float64Array(rows)
  for (const [key, members] of classes) {
    const weight = byClass === undefined ? 1 / members.length : byClass[key]
    if (weight === undefined)
      throw new RangeError(
        `The weights of ${OWNER} lack the class ${quote(key)}; give each class one.`,
      )
    for (const row of members) all[row] = weight
  }
  return all
}

function runningSum(weights: ArrayLike<number>): Float64Array {
  let sum = 0
  const sums = Float64Array.from(weights, (weight, row) => {
    if (typeof weight === 'number' && Number.isFinite(weight) && weight >= 0) {
      sum += weight
      return sum
    }
    throw new RangeError(
      `The weight of row ${row} of ${OWNER} is ${quote(weight)}; give a finite number from 0.`,
    )
  })
  if (sum > 0 && Number.isFinite(sum)) return sums
  throw new RangeError(
    `The weights of ${OWNER} add up to ${sum}; give at least one that is larger than 0.`,
  )
}

/** The first index whose bound is above a number. */
function firstAbove(bounds: Float64Array, value: number): number {
  let [low, high] = [0, bounds.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((bounds[middle] as number) > value) high = middle
    else low = middle + 1
  }
  return low
}
