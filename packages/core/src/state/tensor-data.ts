import * as tf from '@tensorflow/tfjs-core'
import { isTensor } from '../data/containers.js'

/** A tensor outside tensor memory: a private copy of its row-major values. */
export type TensorData = Readonly<{
  dtype: DType
  shape: readonly number[]
  data: Values
}>
type DType = 'float32' | 'int32' | 'bool'
type Values = Float32Array | Int32Array | Uint8Array
/** Tensors by name. */
export type NamedTensorData = Readonly<Record<string, TensorData>>

/** Whether a value is a variable, of any copy of tfjs. */
export const isVariable = (value: unknown): value is tf.Variable =>
  isTensor(value) && 'assign' in value

/** The values of parked tensors. */
const parked = new WeakMap<tf.Tensor, TensorData['data']>()

/** Copies tensors, with a prefix to their names. Cost: waits for the device, unless all are parked. */
export async function copyTensors(tensors: tf.NamedTensorMap, prefix = '') {
  const copies: Record<string, TensorData> = {}
  for (const [name, tensor] of Object.entries(tensors)) {
    const { dtype, shape } = tensor
    const data = (parked.get(tensor) ?? (await tensor.data())).slice()
    copies[prefix + name] = { dtype, shape: shape.slice(), data } as TensorData
  }
  return copies
}

/** Moves the values of a tensor out of tensor memory. Cost: waits for the device. */
export async function park(tensor: tf.Tensor): Promise<void> {
  parked.set(tensor, (await tensor.data()).slice())
  tensor.dispose()
}

/** A new, kept tensor for a parked one; any other tensor as it is. */
export function revived(tensor: tf.Tensor): tf.Tensor {
  const data = parked.get(tensor)
  if (!data) return tensor
  const copy = { ...tensor, data } as TensorData
  return isVariable(tensor) ? variableOf(copy) : tf.keep(tensorOf(copy))
}

/** A new tensor with the values of a copy. */
export const tensorOf = (copy: TensorData) =>
  tf.tensor(copy.data, copy.shape as number[], copy.dtype)

/** A new variable with the values of a copy, not trainable. */
export const variableOf = (copy: TensorData) =>
  tf.tidy(() => tf.variable(tensorOf(copy), false))

/** Assigns the values of a copy to a variable. */
export const assign = (variable: tf.Variable, copy: TensorData) =>
  tf.tidy(() => variable.assign(tensorOf(copy)))

/** The tensors whose names begin with a prefix, by the rest of their names. */
export function under(
  prefix: string,
  tensors: NamedTensorData,
): Record<string, TensorData> {
  const matching = Object.entries(tensors).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(
    matching.map(([name, data]) => [name.slice(prefix.length), data]),
  )
}

/** An id smaller than those of all tensors made from now on. */
export const nextId = () =>
  (tf.engine() as unknown as { nextTensorId(): number }).nextTensorId()
