/** One step of a range test. */
export interface RangePoint {
  readonly rate: number
  /** The loss of the step; NaN and infinities are kept. */
  readonly loss: number
  /** The moving average of the losses so far, without the bias of its beginning. */
  readonly smoothed: number
}

/** What a range test found. */
export interface RangeTest {
  readonly points: readonly RangePoint[]
  /** Why it ended before its last step; `undefined` if it did not. */
  readonly ended: 'diverged' | 'not finite' | 'interrupted' | undefined
  /** The rate at which the smoothed loss falls most steeply; `undefined` if too few points tell. */
  readonly suggestion: number | undefined
}

/** The rate of a step, counted from 0. */
export function rateAt(
  { min, max, steps, mode }: Record<'min' | 'max' | 'steps', number> & { mode: string },
  step: number,
): number {
  const share = step / (steps - 1)
  if (mode === 'linear') return min + (max - min) * share
  return min * (max / min) ** share
}

/** The point after some others. The average is corrected for its beginning, as by Adam. */
export function nextPoint(
  points: readonly RangePoint[],
  { rate, loss }: Pick<RangePoint, 'rate' | 'loss'>,
  smoothing: number,
): RangePoint {
  const count = points.length
  const before = (points.at(-1)?.smoothed ?? 0) * (1 - smoothing ** count)
  const average = smoothing * before + (1 - smoothing) * loss
  return { rate, loss, smoothed: average / (1 - smoothing ** (count + 1)) }
}

/** Whether the loss has left its lowest value too far below. */
export function hasDiverged(points: readonly RangePoint[], stop: number): boolean {
  const latest = points.at(-1)
  if (!latest || points.length < 2) return false
  const lowest = Math.min(...points.map(({ smoothed }) => smoothed))
  return latest.smoothed > stop * lowest && latest.smoothed > lowest
}

/** Points at the beginning that say nothing: the average has just begun. */
const SKIPPED = 10

/**
 * The rate at which the smoothed loss falls most steeply from step to step: central differences, as
 * `LearningRateFinder` of Lightning and the `steep` of fastai take them, without the first 10 points and
 * the last.
 */
export function suggestionOf(points: readonly RangePoint[]): number | undefined {
  const used = points
    .slice(SKIPPED, -1)
    .filter(({ smoothed }) => Number.isFinite(smoothed))
  if (used.length < 2) return undefined
  let best: RangePoint | undefined
  let steepest = 0
  for (const [index, point] of used.entries()) {
    const left = used[Math.max(0, index - 1)] ?? point
    const right = used[Math.min(used.length - 1, index + 1)] ?? point
    const distance = index === 0 || index === used.length - 1 ? 1 : 2
    const slope = (right.smoothed - left.smoothed) / distance
    if (slope >= steepest) continue
    steepest = slope
    best = point
  }
  return best?.rate
}
