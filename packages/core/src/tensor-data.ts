import type { Tensor } from '@tensorflow/tfjs-core'

/** A tensor outside tensor memory. */
export interface TensorData {
  readonly dtype: 'float32' | 'int32' | 'bool'
  readonly shape: readonly number[]
  /** Row-major values; a copy that nobody else holds. */
  readonly data: Float32Array | Int32Array | Uint8Array
}

/** Copies a tensor. Cost: waits for the device. */
export async function copyTensor(tensor: Tensor): Promise<TensorData> {
  const values = await tensor.data()
  return {
    dtype: tensor.dtype as TensorData['dtype'],
    shape: tensor.shape.slice(),
    data: values.slice() as TensorData['data'],
  }
}
