import * as tf from '@tensorflow/tfjs-core'
import { quote } from '../checks.js'
import type { Moments } from './running-moments.js'

/** Shape of what has a mean of its own. */
export function shapeOf(tensor: tf.Tensor, per: string): readonly number[] {
  return per === 'channel' && tensor.rank > 1
    ? tensor.shape.slice(-1)
    : tensor.shape.slice(1)
}

/** Numbers of a shape. */
export const sizeOf = (shape: readonly number[]) =>
  shape.reduce((size, one) => size * one, 1)

/** @throws RangeError */
export function refuseShape(
  name: string,
  found: readonly number[],
  learned: readonly number[],
): never {
  throw new RangeError(
    `normalize learned column ${quote(name)} of shape ${quote(learned)}, but a batch has ${quote(found)}; give rows of the same shape.`,
  )
}

/** A column with mean 0 and deviation 1. @throws RangeError for rows of another shape than was learned */
export function scaled(
  tensor: tf.Tensor,
  name: string,
  { moments, per }: { readonly moments: Moments; readonly per: 'feature' | 'channel' },
): tf.Tensor {
  const { mean, std } = moments
  const shape = shapeOf(tensor, per)
  // Else one channel would be broadcast to as many as there are means.
  if (String(shape) !== String(moments.shape)) refuseShape(name, shape, moments.shape)
  const [centre, width] = [mean, std.map((value) => (value === 0 ? 1 : value))]
  const like = (values: readonly number[]) => tf.tensor([...values], [...shape])
  return tf.div(tf.sub(tensor, like(centre)), like(width))
}
