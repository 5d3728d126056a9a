import type { GrowingNumbers } from './growing-numbers.js'
import type { Series } from './series.js'

/** What may run along the horizontal axis: `time` of the clock, or `relative` to the start of the run. */
export const AXES = ['step', 'epoch', 'time', 'relative'] as const

/** One of {@link AXES}. Steps and epochs are 0-based; times are in seconds, those of the clock since 1970. */
export type Axis = (typeof AXES)[number]

/** A part of an axis, ends included. */
export interface Range {
  readonly from: number
  readonly to: number
}

/**
 * Where the values of a series are along an axis; NaN where a record carries no time.
 *
 * @param startedAt start of the run in milliseconds since 1970; default: the first time that is known
 */
export function placesOf(series: Series, axis: Axis, startedAt?: number): Float64Array {
  if (axis === 'step') return series.steps.view()
  if (axis === 'epoch') return series.epochs.view()
  const times = timesOf(series)
  const first = times.find((time) => Number.isFinite(time)) ?? 0
  // A clock that was put back must not make a run begin before its start.
  const start = axis === 'time' ? 0 : Math.min(startedAt ?? first, first)
  return times.map((time) => (time - start) / 1000)
}

/** Milliseconds since 1970, as many as there are values. */
function timesOf({ times, values }: Series): Float64Array {
  const known: GrowingNumbers = times
  if (known.length >= values.length) return known.view().subarray(0, values.length)
  const all = new Float64Array(values.length).fill(Number.NaN)
  all.set(known.view())
  return all
}

/** The places at which ascending numbers are within a range: from the first to before the second. */
export function placesWithin(
  xs: Float64Array,
  { from, to }: Range,
): readonly [first: number, end: number] {
  const first = lowerBound(xs, (x) => x >= from)
  return [
    first,
    Math.max(
      first,
      lowerBound(xs, (x) => x > to),
    ),
  ]
}

/** The first place from which on something holds. */
function lowerBound(xs: Float64Array, holds: (x: number) => boolean): number {
  let [low, high] = [0, xs.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(xs[middle] as number)) high = middle
    else low = middle + 1
  }
  return low
}
