import type * as TfNamespace from '@tensorflow/tfjs-core'
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core'

type Tf = typeof TfNamespace

/** The L2 norm of all gradients as one vector, a scalar. Stays on the device. */
export function globalNorm(tf: Tf, gradients: NamedTensorMap): Tensor {
  const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)))
  return tf.sqrt(tf.addN(squares))
}

/**
 * Scales all gradients by min(1, limit / (norm + 1e-6)), as `torch.nn.utils.clip_grad_norm_` does.
 * A norm of NaN makes all of them NaN. Reads nothing back.
 *
 * @returns new tensors, which the caller disposes of
 */
export function clipByNorm(
  tf: Tf,
  gradients: NamedTensorMap,
  norm: Tensor,
  limit: number,
): NamedTensorMap {
  const scale = tf.minimum(tf.div(limit, tf.add(norm, 1e-6)), 1)
  return mapped(gradients, (gradient) => tf.mul(gradient, scale))
}

/**
 * Puts every element into [-limit, limit]; NaN stays NaN, which `tf.clipByValue` does not promise:
 * on wasm it gives -limit.
 *
 * @returns new tensors, which the caller disposes of
 */
export function clipByValue(
  tf: Tf,
  gradients: NamedTensorMap,
  limit: number,
): NamedTensorMap {
  return mapped(gradients, (gradient) => tf.minimum(tf.maximum(gradient, -limit), limit))
}

function mapped(
  gradients: NamedTensorMap,
  clip: (gradient: Tensor) => Tensor,
): NamedTensorMap {
  const entries = Object.entries(gradients)
  return Object.fromEntries(entries.map(([name, gradient]) => [name, clip(gradient)]))
}
