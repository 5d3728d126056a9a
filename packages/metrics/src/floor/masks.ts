import * as tf from '@tensorflow/tfjs-core'

/** A tensor as float32. */
export const asFloat = <T extends tf.Tensor>(tensor: T): T =>
  tensor.dtype === 'float32' ? tensor : tf.cast(tensor, 'float32')

/** How many elements of a mask are true. */
export const countOf = (mask: tf.Tensor): tf.Tensor => tf.sum(asFloat(mask))

/** Which values are NaN: the only number that differs from itself. */
export const areNaN = (values: tf.Tensor): tf.Tensor => tf.notEqual(values, values)

/** Which values are no probabilities. */
export const isOutside = (values: tf.Tensor): tf.Tensor =>
  tf.logicalOr(tf.less(values, 0), tf.greater(values, 1))

/** One-hot rows of labels `[rows, 1]`; a label that is no class has a row of zeros. */
export const oneHot = (labels: tf.Tensor2D, size: number): tf.Tensor2D =>
  asFloat(tf.equal(labels, tf.range(0, size)))
