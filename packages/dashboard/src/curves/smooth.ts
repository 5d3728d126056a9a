/**
 * Exponential moving average, debiased as TensorBoard does it: the average of `n` values is divided by
 * `1 - weight ** n`, so that it starts at the first value instead of at 0. What is not finite stays as
 * it is and is left out of the average.
 *
 * @param weight of the average so far, from 0 (nothing is smoothed) to below 1
 */
export function smooth(values: ArrayLike<number>, weight: number): Float64Array {
  const smoothed = new Float64Array(values.length)
  let average = 0
  let remaining = 1
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number
    if (!Number.isFinite(value)) {
      smoothed[index] = value
      continue
    }
    average = average * weight + (1 - weight) * value
    remaining *= weight
    // Once it is lost beside 1; the smallest floats, where it would end, are slow.
    if (1 - remaining === 1) remaining = 0
    smoothed[index] = average / (1 - remaining)
  }
  return smoothed
}
