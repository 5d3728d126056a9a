/** Of pairs x, y: how many, their means, and sums of squares and products around the means, and of (x - y)². */
export const MOMENTS = 7

/** Of pairs of a batch: how many, a pair near all, and sums of differences from it, their squares and product, and of (x - y)². */
export const BATCH_MOMENTS = 9

/**
 * Adds the moments of a batch to those so far, in float64 and around the means, so that large values with a small
 * spread lose nothing (Chan, Golub and LeVeque 1983, "Algorithms for Computing the Sample Variance").
 */
export function addMoments(
  totals: Float64Array,
  batch: ArrayLike<number>,
  outputs: number,
): void {
  for (let output = 0; output < outputs; output++) {
    const inBatch = (row: number) => batch[row * outputs + output] ?? 0
    const so = totals.subarray(output * MOMENTS, (output + 1) * MOMENTS)
    const [count = 0, meanX = 0, meanY = 0] = so
    const more = inBatch(0)
    if (more === 0) continue
    const [sumX, sumY] = [inBatch(3), inBatch(4)]
    const whole = count + more
    const apartX = inBatch(1) + sumX / more - meanX
    const apartY = inBatch(2) + sumY / more - meanY
    const weight = (count * more) / whole
    const add = (index: number, value: number) => {
      so[index] = (so[index] ?? 0) + value
    }
    so[0] = whole
    add(1, (apartX * more) / whole)
    add(2, (apartY * more) / whole)
    add(3, inBatch(5) - sumX ** 2 / more + apartX ** 2 * weight)
    add(4, inBatch(6) - sumY ** 2 / more + apartY ** 2 * weight)
    add(5, inBatch(7) - (sumX * sumY) / more + apartX * apartY * weight)
    add(6, inBatch(8))
  }
}
