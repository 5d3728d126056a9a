import * as tf from '@tensorflow/tfjs-core'
import { hasKernel, runKernel } from '../fused-kernel.js'

/**
 * Sets each value of a float32 tensor to 0 with the probability `rate` and divides the others by `1 - rate`, as
 * `tf.dropout` does. Where the backend has the kernel `RandomDropout`, as `@regimen/backend-wasm` does, the mask
 * is made on the engine from one `Math.random()` and never stored, and a step that is captured and replayed has a
 * new one each time. Call it in training only.
 *
 * @param rate from 0 to below 1
 * @example
 * const hidden = dropout(tf.ones([4, 8]), 0.5)
 */
export function dropout<T extends tf.Tensor>(x: T, rate: number): T {
  if (x.dtype !== 'float32' || !(rate > 0 && rate < 1) || !hasKernel('RandomDropout')) {
    return tf.dropout(x, rate) as T
  }
  return tf.tidy(() => dropped(x, randomSeed(), rate))
}

/** A mask of zeros and ones: a one has the probability `1 - rate`. */
export function randomMask(shape: readonly number[], rate: number): tf.Tensor {
  return dropped(tf.fill([...shape], 1), randomSeed(), rate, 1)
}

/** Normal numbers, made on the engine from one `Math.random()`. */
export function randomNormal(
  shape: readonly number[],
  mean: number,
  deviation: number,
): tf.Tensor {
  const attributes = { shape: [...shape], mean, deviation }
  return runKernel('RandomNormal', { seed: randomSeed() }, attributes)[0] as tf.Tensor
}

function randomSeed(): tf.Tensor {
  return runKernel('RandomSeed', {}, {})[0] as tf.Tensor
}

function dropped<T extends tf.Tensor>(
  x: T,
  seed: tf.Tensor,
  rate: number,
  scale?: number,
): T {
  const attributes = scale === undefined ? { rate } : { rate, scale }
  return runKernel('RandomDropout', { x, seed }, attributes)[0] as T
}
