import * as tf from '@tensorflow/tfjs-core'

/** A kernel that only some backends have, outside tfjs' own list. */
export type FusedKernel = 'LSTM' | 'GRU' | 'RandomDropout' | 'RandomNormal'

/** Whether the current backend has a kernel. */
export function hasKernel(name: FusedKernel): boolean {
  return tf.getKernel(name, tf.getBackend()) !== undefined
}

/** Runs a kernel with several results. Optional inputs may be `undefined`. */
export function runKernel(
  name: string,
  inputs: Readonly<Record<string, tf.Tensor | undefined>>,
  attributes: object,
): tf.Tensor[] {
  const given = Object.entries(inputs).filter(([, tensor]) => tensor !== undefined)
  const results: unknown = tf
    .engine()
    .runKernel(
      name,
      Object.fromEntries(given) as tf.NamedTensorMap,
      attributes as tf.NamedAttrMap,
    )
  return Array.isArray(results) ? results : [results as tf.Tensor]
}

/** The one tensor that a layer is called with, or `undefined` if there are several. */
export function onlyTensor(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor | undefined {
  if (!Array.isArray(inputs)) return inputs
  return inputs.length === 1 ? inputs[0] : undefined
}
