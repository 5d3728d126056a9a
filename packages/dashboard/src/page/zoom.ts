import type { Range } from '../curves/axis.js'

/** A range around the middle of another one, `factor` times as long; nothing if it is all there is. */
export function scaledRange(
  range: Range | undefined,
  extent: Range,
  factor: number,
): Range | undefined {
  const { from, to } = range ?? extent
  const middle = (from + to) / 2
  const half = ((to - from) / 2) * factor
  return within({ from: middle - half, to: middle + half }, extent)
}

/** A range moved by a share of its length, as far as there is something. */
export function movedRange(
  range: Range | undefined,
  extent: Range,
  share: number,
): Range | undefined {
  if (!range) return undefined
  const wanted = share * (range.to - range.from)
  const by = Math.max(extent.from - range.from, Math.min(extent.to - range.to, wanted))
  return { from: range.from + by, to: range.to + by }
}

/** A range cut to what there is; nothing if it is all of it, or has no length. */
export function within(range: Range, extent: Range): Range | undefined {
  const from = Math.max(range.from, extent.from)
  const to = Math.min(range.to, extent.to)
  const isAll = from <= extent.from && to >= extent.to
  return isAll || !(to > from) ? undefined : { from, to }
}
