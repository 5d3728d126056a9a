import * as tf from '@tensorflow/tfjs-core'
import { refuse } from './fault.js'

type HostBackend = {
  typedArrayFromHeap?(tensor: tf.TensorInfo): ArrayLike<number>
  readonly data?: { get?(dataId: object): { readonly values?: unknown } | undefined }
}

/** Whether a value is a tensor, of any copy of tfjs. */
export const isTensor = (value: unknown): value is tf.Tensor =>
  typeof (value as Partial<tf.Tensor> | null | undefined)?.dataSync === 'function'

/** The values of a tensor if its memory is host memory: no download, no wait. Else `undefined`. */
export function valuesAtHand(tensor: tf.Tensor): ArrayLike<number> | undefined {
  const backend = tf.backend() as HostBackend
  const isAtHand =
    backend.typedArrayFromHeap !== undefined ||
    ArrayBuffer.isView(backend.data?.get?.(tensor.dataId)?.values)
  return isAtHand ? tensor.dataSync() : undefined
}

/** A tensor of what a metric was called with: the caller's own, or a new one. @throws REG_METRIC_INPUT */
export function asTensor(owner: string, role: string, values: unknown): tf.Tensor {
  const tensor = isTensor(values) ? values : made(owner, role, values)
  if (tensor.isDisposed)
    refuse(owner, `the tensor of ${role} has been disposed of already.`)
  const { dtype } = tensor
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool')
    refuse(owner, `${role} are of the type ${dtype}; expected numbers.`, { dtype })
  return tensor
}

function made(owner: string, role: string, values: unknown): tf.Tensor {
  const isNumbers = typeof values === 'number' || Array.isArray(values)
  if (!isNumbers && !isTyped(values))
    refuse(
      owner,
      `${role} are ${values === undefined ? 'missing' : `a value of the type ${typeof values}`}; expected a tensor, a typed array or nested lists of numbers.`,
    )
  const isExact = values instanceof Float32Array || values instanceof Int32Array
  const list = (
    isTyped(values) && !isExact ? Float32Array.from(values) : values
  ) as number[]
  const tensor = tf.tensor(list)
  const isWhole =
    !Array.isArray(values) || values.flat(Number.POSITIVE_INFINITY).length === tensor.size
  if (!isWhole) refuse(owner, `${role} are lists of different lengths.`)
  return tensor
}

const isTyped = (values: unknown): values is ArrayLike<number> =>
  ArrayBuffer.isView(values) && 'length' in values
