import * as tf from '@tensorflow/tfjs-core'

type HostBackend = {
  typedArrayFromHeap?(tensor: tf.TensorInfo): ArrayLike<number>
  readonly data?: { get?(dataId: object): { readonly values?: unknown } | undefined }
}

/**
 * The value of a one-element tensor where tensor memory is host memory (the `cpu` and `wasm`
 * backends), else `undefined`. Looks into the backend's own memory: no download, no copy, no wait.
 *
 * @param tensor any dtype but string and complex64, size 1
 */
export function valueAtHand(tensor: tf.Tensor): number | undefined {
  const backend = tf.backend() as HostBackend
  const values = backend.typedArrayFromHeap?.(tensor) ?? backend.data?.get?.(tensor.dataId)?.values
  return ArrayBuffer.isView(values) ? Number((values as Float32Array)[0]) : undefined
}
