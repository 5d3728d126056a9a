import * as tf from '@tensorflow/tfjs-core'
import { refuseShapes } from '../floor/fault.js'
import { asFloat } from '../floor/masks.js'
import type { Rows } from '../floor/sum-metric.js'

/**
 * Predictions and targets of the same shape as rows of `outputs` columns. One of them may have an axis of 1 more at
 * its end.
 *
 * @throws REG_METRIC_INPUT
 */
export function pairRows(
  owner: string,
  outputs: number,
  predictions: tf.Tensor,
  targets: tf.Tensor,
): Rows {
  const shapes = { predictions: predictions.shape, targets: targets.shape }
  const trimmed = (shape: readonly number[]) =>
    shape.at(-1) === 1 ? shape.slice(0, -1) : shape
  if (String(trimmed(predictions.shape)) !== String(trimmed(targets.shape)))
    refuseShapes(owner, shapes, 'the same shape for both')
  if (outputs > 1 && predictions.shape.at(-1) !== outputs)
    refuseShapes(owner, shapes, `[…, ${outputs}] for both, since "outputs" is ${outputs}`)
  const rows = (tensor: tf.Tensor): tf.Tensor2D =>
    asFloat(tf.reshape(tensor, [tensor.size / outputs, outputs]))
  return { predictions: rows(predictions), targets: rows(targets) }
}
