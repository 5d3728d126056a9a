import { optionSchema } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { areNaN, asFloat, countOf } from '../floor/masks.js'
import type { Metric } from '../floor/metric.js'
import { SumMetric } from '../floor/sum-metric.js'
import { pairRows } from './pairs.js'

/** Below this, a target is taken as this in {@link mape}, as torchmetrics does. */
const LEAST_TARGET = 1.17e-6

type ErrorOf = (error: tf.Tensor, targets: tf.Tensor) => tf.Tensor

/** Metrics of regression take no options. */
const noOptions = (owner: string, input: object): void => {
  optionSchema(owner, {}).check(input)
}

/**
 * The mean absolute error over all elements.
 *
 * @throws REG_OPTION_UNKNOWN
 */
export const mae = (input: object = {}): Metric<number> =>
  meanError('mae', input, (error) => tf.abs(error))

/**
 * The mean squared error over all elements.
 *
 * @throws REG_OPTION_UNKNOWN
 */
export const mse = (input: object = {}): Metric<number> =>
  meanError('mse', input, (error) => tf.square(error))

/**
 * The root of the mean squared error over all elements: of all batches, not a mean of roots.
 *
 * @throws REG_OPTION_UNKNOWN
 */
export const rmse = (input: object = {}): Metric<number> =>
  meanError('rmse', input, (error) => tf.square(error), Math.sqrt)

/**
 * The mean absolute error as a share of the target, 0.1 for 10 %. A target below 1.17e-6 counts as that.
 *
 * @throws REG_OPTION_UNKNOWN
 */
export const mape = (input: object = {}): Metric<number> =>
  meanError('mape', input, (error, targets) =>
    tf.div(tf.abs(error), tf.maximum(tf.abs(targets), LEAST_TARGET)),
  )

function meanError(
  name: string,
  input: object,
  errorOf: ErrorOf,
  fromMean: (mean: number) => number = (mean) => mean,
): Metric<number> {
  noOptions(name, input)
  return new SumMetric<number>({
    name,
    kind: name,
    size: 2,
    faults: pairFaults,
    rows: (predictions, targets) => pairRows(name, 1, predictions, targets),
    sums({ predictions, targets }) {
      const error = tf.sub(predictions, targets)
      const sums = [tf.sum(errorOf(error, targets)), tf.scalar(error.size)]
      return { sums, faults: faultsOf(predictions, targets) }
    },
    value: ([sum = 0, count = 0]) => fromMean(sum / count),
  })
}

/** Texts of the faults of {@link faultsOf}. */
export const pairFaults = {
  predicted: 'of the predictions are NaN',
  target: 'of the targets are NaN',
}

export const faultsOf = (predictions: tf.Tensor, targets: tf.Tensor) => ({
  predicted: countOf(areNaN(asFloat(predictions))),
  target: countOf(areNaN(asFloat(targets))),
})
