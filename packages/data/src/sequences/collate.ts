import * as tf from '@tensorflow/tfjs-core'
import { quote } from '../checks.js'
import { isPlain, isTensor, tensorsIn } from '../loader/tensors.js'
import { isSequence } from './padding.js'

/** A batch of samples of the same kind: numbers, booleans, typed arrays, nested lists and tensors, in objects or alone. Keeps the samples. */
export function collate(samples: readonly unknown[]): unknown {
  const [first] = samples
  if (isTensor(first)) return tf.stack(samples as tf.Tensor[])
  if (typeof first === 'number')
    return tf.tensor1d(checked(samples, 'number') as number[])
  if (typeof first === 'boolean')
    return tf.tensor1d(checked(samples, 'boolean') as boolean[], 'bool')
  if (ArrayBuffer.isView(first)) {
    const isFloat = first instanceof Float32Array || first instanceof Float64Array
    const rows = samples.map((sample) => Array.from(sample as ArrayLike<number>))
    return tf.tensor2d(sameLength(rows), undefined, isFloat ? 'float32' : 'int32')
  }
  if (isSequence(first)) return tf.tensor2d(sameLength(samples as number[][]))
  if (Array.isArray(first) && tensorsIn(first).size === 0)
    return tf.tensor(samples as tf.TensorLike)
  if (isPlain(first))
    return Object.fromEntries(
      Object.keys(first).map((key) => [
        key,
        collate(samples.map((sample) => Object(sample)[key])),
      ]),
    )
  throw new TypeError(
    `A sample is ${quote(first)}; give numbers, lists of numbers, typed arrays or tensors, alone or by name.`,
  )
}

function checked(samples: readonly unknown[], type: string): readonly unknown[] {
  const strange = samples.find((sample) => typeof sample !== type)
  if (strange === undefined) return samples
  throw new TypeError(
    `A sample is ${quote(strange)} where others are a ${type}; give all of one kind.`,
  )
}

function sameLength(rows: readonly number[][]): number[][] {
  const [first] = rows
  const other = rows.find(({ length }) => length !== first?.length)
  if (other === undefined) return [...rows]
  throw new RangeError(
    `Samples have ${first?.length} and ${other.length} numbers; bring them to one length with padTo or bucketByLength.`,
  )
}
