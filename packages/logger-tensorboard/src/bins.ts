import type { Bins } from './summary.js'

/**
 * Counts values in bins of equal width between the least and the greatest, as `tf.summary.histogram`
 * does. Values that are not finite are left out.
 *
 * @returns nothing if no value is finite
 */
export function binsOf(values: ArrayLike<number>, count: number): Bins | undefined {
  let [least, greatest, finite] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number
    if (!Number.isFinite(value)) continue
    if (value < least) least = value
    if (value > greatest) greatest = value
    finite++
  }
  if (finite === 0) return undefined
  if (least === greatest) return { edges: [least - 0.5, least + 0.5], counts: [finite] }
  const width = (greatest - least) / count
  const counts = new Array<number>(count).fill(0)
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number
    if (!Number.isFinite(value)) continue
    const bin = Math.min(count - 1, Math.floor((value - least) / width))
    counts[bin] = (counts[bin] as number) + 1
  }
  const edges = Array.from({ length: count }, (_, bin) => least + bin * width)
  return { edges: [...edges, greatest], counts }
}
