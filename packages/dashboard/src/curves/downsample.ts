/** A part of a list of values, and how many of them may be drawn. */
export interface Window {
  /** Index of the first value. */
  readonly from: number
  /** Index after the last value. */
  readonly to: number
  /** The most indices to return; at least 4. */
  readonly limit: number
}

/**
 * Indices of the values to draw: the first, the last, and the lowest and highest of each of equally
 * long stretches between them, in order. So no spike is lost, unlike with averages or every n-th value.
 * A stretch without a finite value is represented by its first index, so that a gap stays one.
 */
export function downsample(
  values: ArrayLike<number>,
  { from, to, limit }: Window,
): number[] {
  const count = to - from
  if (count <= Math.max(4, limit))
    return Array.from({ length: count }, (_, at) => from + at)
  const stretches = Math.floor((Math.max(4, limit) - 2) / 2)
  const width = (count - 2) / stretches
  const kept = [from]
  for (let stretch = 0; stretch < stretches; stretch++) {
    const begin = from + 1 + Math.floor(stretch * width)
    const end = from + 1 + Math.floor((stretch + 1) * width)
    kept.push(...extremes(values, begin, end))
  }
  kept.push(to - 1)
  return kept
}

/** Indices of the lowest and the highest finite value, in order; of the first value if none is finite. */
function extremes(values: ArrayLike<number>, begin: number, end: number): number[] {
  let lowest = -1
  let highest = -1
  for (let index = begin; index < end; index++) {
    const value = values[index] as number
    if (!Number.isFinite(value)) continue
    if (lowest === -1 || value < (values[lowest] as number)) lowest = index
    if (highest === -1 || value > (values[highest] as number)) highest = index
  }
  if (lowest === -1) return begin < end ? [begin] : []
  if (lowest === highest) return [lowest]
  return lowest < highest ? [lowest, highest] : [highest, lowest]
}
