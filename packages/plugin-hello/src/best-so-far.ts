import { isBetter } from '@regimen/core'

/** What decides whether a value is a new best. */
export interface BestSoFarOptions {
  readonly mode: 'min' | 'max'
  readonly minDelta: number
}

/** What a checkpoint saves: plain JSON. `best` is `null` before the first value. */
export interface BestSoFar {
  readonly best: number | null
  /** How many new bests there were. */
  readonly count: number
}

/** The state before the first value. */
export const nothingYet: BestSoFar = { best: null, count: 0 }

/**
 * The rule of the plugin: numbers in, numbers out. It knows neither tfjs nor hooks, so that a table of
 * numbers can test it. NaN is never a best; the first number always is.
 *
 * @returns the next state, or the same object if the value is no new best
 */
export function judge(
  { mode, minDelta }: BestSoFarOptions,
  state: BestSoFar,
  value: number,
): BestSoFar {
  if (Number.isNaN(value)) return state
  if (state.best !== null && !isBetter(mode, value, state.best, minDelta)) return state
  return { best: value, count: state.count + 1 }
}
