import type { Average, Task } from './options.js'

/** How often a class or label was predicted and true, predicted, true, and counted at all. */
export interface ClassCounts {
  readonly hits: number
  readonly predicted: number
  readonly actual: number
  readonly counted: number
}

/** A value of the counts of one class or label. */
export type CountRule = (counts: ClassCounts, divide: Divide) => number
/** A quotient, or what 0 / 0 is to be. */
export type Divide = (upper: number, lower: number) => number

/** How values of classes become one. */
export interface AverageRule {
  readonly average: Average
  readonly kind: Task['kind']
  readonly zeroDivision: number
  /** Classes are left out of `macro` that were never true, though predicted; else those that were neither. */
  readonly isOfTrue?: boolean | undefined
  /** A class that no average counts. */
  readonly leftOut?: number | undefined
}

/**
 * Averages over classes or labels as torchmetrics does: `macro` leaves out classes that were neither predicted nor
 * true, `weighted` weighs by how often a class is true.
 */
export function averaged(
  all: readonly ClassCounts[],
  rule: CountRule,
  { average, kind, zeroDivision, isOfTrue = false, leftOut }: AverageRule,
): number | number[] {
  const divide: Divide = (upper, lower) => (lower === 0 ? zeroDivision : upper / lower)
  if (average === 'micro')
    return rule(
      total(all.filter((_, index) => kind !== 'multiclass' || index !== leftOut)),
      divide,
    )
  const values = all.map((counts) => rule(counts, divide))
  if (average === 'none') return values
  const isAbsent = ({ predicted, actual }: ClassCounts) =>
    actual === 0 && (isOfTrue || predicted === 0)
  const weights = all.map((counts, index) => {
    if (index === leftOut && kind === 'multiclass') return 0
    if (average === 'weighted') return counts.actual
    return kind === 'multiclass' && isAbsent(counts) ? 0 : 1
  })
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  const sum = values.reduce((so, value, index) => so + value * (weights[index] ?? 0), 0)
  return whole === 0 ? 0 : sum / whole
}

const NONE: ClassCounts = { hits: 0, predicted: 0, actual: 0, counted: 0 }

const total = (all: readonly ClassCounts[]): ClassCounts =>
  all.reduce(
    (sum, counts) => ({
      hits: sum.hits + counts.hits,
      predicted: sum.predicted + counts.predicted,
      actual: sum.actual + counts.actual,
      counted: sum.counted + counts.counted,
    }),
    NONE,
  )

/** The counts of each class or label, from sums in the order of {@link ClassCounts}. */
export const countsFrom = (totals: Float64Array, size: number): ClassCounts[] =>
  Array.from({ length: size }, (_, index) => {
    const at = (row: number) => totals[row * size + index] ?? 0
    return { hits: at(0), predicted: at(1), actual: at(2), counted: at(3) }
  })
