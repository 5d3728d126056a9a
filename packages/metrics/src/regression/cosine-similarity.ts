import { optionSchema } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { refuseShapes } from '../floor/fault.js'
import { asFloat } from '../floor/masks.js'
import type { Metric } from '../floor/metric.js'
import { SumMetric } from '../floor/sum-metric.js'
import { faultsOf, pairFaults } from './errors.js'

const schema = optionSchema('cosineSimilarity', {})

/**
 * The mean of the cosines of the angles between predicted and true vectors, which are the last axis. NaN, with a
 * notice, where a vector is zero: it has no direction.
 *
 * @throws REG_OPTION_UNKNOWN
 */
export function cosineSimilarity(input: object = {}): Metric<number> {
  schema.check(input)
  const name = 'cosineSimilarity'
  return new SumMetric<number>({
    name,
    kind: name,
    size: 3,
    faults: pairFaults,
    rows(predictions, targets) {
      const shapes = { predictions: predictions.shape, targets: targets.shape }
      if (predictions.rank < 2 || String(predictions.shape) !== String(targets.shape))
        refuseShapes(
          name,
          shapes,
          'the same shape for both, with vectors as the last axis',
        )
      const size = predictions.shape.at(-1) ?? 1
      const rows = (tensor: tf.Tensor): tf.Tensor2D =>
        asFloat(tf.reshape(tensor, [tensor.size / Math.max(1, size), size]))
      return { predictions: rows(predictions), targets: rows(targets) }
    },
    sums({ predictions, targets }) {
      const lengths = tf.mul(tf.norm(predictions, 2, 1), tf.norm(targets, 2, 1))
      const isZero = tf.equal(lengths, 0)
      const cosines = tf.div(
        tf.sum(tf.mul(predictions, targets), 1),
        tf.where(isZero, tf.onesLike(lengths), lengths),
      )
      const sums = [tf.sum(cosines), tf.scalar(lengths.size), tf.sum(asFloat(isZero))]
      return { sums, faults: faultsOf(predictions, targets) }
    },
    value([sum = 0, rows = 0, zeros = 0], note) {
      if (zeros === 0) return sum / rows
      note(`it is NaN: ${zeros} rows have a vector of zeros, which has no direction.`)
      return Number.NaN
    },
  })
}
