import * as tf from '@tensorflow/tfjs-core'

/**
 * Leaves NaN and large numbers on the free parts of the heap, where a kernel that does not write all
 * of its result, or adds to what it finds, shows it.
 */
export function litter(): void {
  const sizes = Array.from({ length: 14 }, (_, i) => 2 ** i)
  tf.dispose([
    ...sizes.map((size) => tf.fill([size], Number.NaN)),
    ...sizes.map((size) => tf.fill([3 * size + 1], 1e6)),
  ])
}
