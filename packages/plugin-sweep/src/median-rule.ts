import { scoreOf, type TaskResult } from './trial.js'

/** Trials that must have been judged at an epoch before another is ended there. */
const LEAST = 3
/** Epochs that every trial may take. */
const WARMUP = 1

/**
 * The median, for each epoch, of the best values that earlier trials had reached by its end: what a trial must not be
 * worse than. Source: D. Golovin et al., Google Vizier, KDD 2017, section 3.2.2.
 */
export function medianThresholds(
  results: readonly TaskResult[],
  mode: 'min' | 'max',
): (number | null)[] {
  const curves = results
    .map(({ curve }) => bestByEpoch(curve, mode))
    .filter(({ length }) => length > 0)
  const epochs = Math.max(0, ...curves.map(({ length }) => length))
  return Array.from({ length: epochs }, (_, epoch) => {
    const values = curves.flatMap((curve) => curve[epoch] ?? [])
    return epoch < WARMUP || values.length < LEAST ? null : medianOf(values)
  })
}

/** Whether a trial is worse than its threshold by the end of an epoch. */
export function isBehind(
  curve: TaskResult['curve'],
  thresholds: readonly (number | null)[],
  mode: 'min' | 'max',
): boolean {
  const best = bestByEpoch(curve, mode)
  const threshold = thresholds[best.length - 1]
  if (threshold === null || threshold === undefined) return false
  return scoreOf(best.at(-1), mode) > scoreOf(threshold, mode)
}

/** The best value up to each epoch, from the first. */
function bestByEpoch(curve: TaskResult['curve'], mode: 'min' | 'max'): number[] {
  const best: number[] = []
  let so: number = Number.NaN
  for (const [epoch, value] of curve) {
    if (scoreOf(value, mode) < scoreOf(so, mode)) so = value
    while (best.length < epoch) best.push(best.at(-1) ?? so)
    best[epoch] = so
  }
  return best
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)] as number
  return Number.isInteger(middle) ? ((sorted[middle - 1] as number) + upper) / 2 : upper
}
