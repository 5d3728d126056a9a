import { count, oneOf, optionSchema } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Metric } from '../floor/metric.js'
import { SumMetric } from '../floor/sum-metric.js'
import { faultsOf, pairFaults } from './errors.js'
import { addMoments, BATCH_MOMENTS, MOMENTS } from './moments.js'
import { pairRows } from './pairs.js'

/** What {@link r2} and {@link pearson} take. */
export interface OutputOptions {
  /** Number of outputs, the last axis: each has a value. Default 1. */
  readonly outputs?: number
  /** Their mean, or a list of them. Default `mean`. */
  readonly average?: 'mean' | 'none'
}

const fields = {
  outputs: count().from(1).default(1).describe('number of outputs, the last axis'),
  average: oneOf('mean', 'none')
    .default('mean')
    .describe('the mean of outputs, or a list'),
}
const r2Schema = optionSchema('r2', fields)
const pearsonSchema = optionSchema('pearson', fields)

/** A list of values with `average: 'none'`. */
export type OfOutputs<Options> = Metric<
  Options extends { readonly average: 'none' } ? number[] : number
>

/** Moments of one output; x is predicted. */
type FromMoments = (moments: readonly number[]) => number

/**
 * The coefficient of determination: the share of the targets' variance that is explained. NaN of fewer than two rows;
 * where all targets are the same 1 if they are met, else 0, as in scikit-learn.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 */
export const r2 = <const Options extends OutputOptions>(
  input: Options = {} as Options,
): OfOutputs<Options> =>
  ofMoments('r2', r2Schema.check(input), ([rows = 0, , , , spread = 0, , error = 0]) => {
    if (rows < 2) return Number.NaN
    if (spread > 0) return 1 - error / spread
    return error === 0 ? 1 : 0
  })

/**
 * Pearson's correlation of predictions and targets. NaN, with a notice, where one of them is constant.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 */
export const pearson = <const Options extends OutputOptions>(
  input: Options = {} as Options,
): OfOutputs<Options> =>
  ofMoments('pearson', pearsonSchema.check(input), ([, , , x = 0, y = 0, both = 0]) =>
    x > 0 && y > 0 ? clamped(both / Math.sqrt(x * y)) : Number.NaN,
  )

/** Rounding may leave a correlation just outside. */
export const clamped = (value: number): number => Math.max(-1, Math.min(1, value))

function ofMoments<Options>(
  name: string,
  { outputs, average }: Required<OutputOptions>,
  from: FromMoments,
): OfOutputs<Options> {
  return new SumMetric<number | number[]>({
    name,
    kind: `moments of ${outputs} outputs`,
    size: MOMENTS * outputs,
    batchSize: BATCH_MOMENTS * outputs,
    faults: pairFaults,
    rows: (predictions, targets) => pairRows(name, outputs, predictions, targets),
    sums({ predictions: x, targets: y }) {
      const [nearX, nearY] = [x, y].map((values) => tf.slice2d(values, [0, 0], [1, -1]))
      const [apartX, apartY] = [
        tf.sub(x, nearX as tf.Tensor),
        tf.sub(y, nearY as tf.Tensor),
      ]
      const sumOf = (values: tf.Tensor) => tf.sum(values, 0)
      const sums = [
        tf.fill([outputs], x.shape[0]),
        nearX as tf.Tensor,
        nearY as tf.Tensor,
        ...[apartX, apartY, tf.square(apartX), tf.square(apartY)].map(sumOf),
        sumOf(tf.mul(apartX, apartY)),
        sumOf(tf.squaredDifference(x, y)),
      ]
      return { sums, faults: faultsOf(x, y) }
    },
    add: (totals, batch) => addMoments(totals, batch, outputs),
    value(totals, note) {
      const values = Array.from({ length: outputs }, (_, output) =>
        from([...totals.subarray(output * MOMENTS, (output + 1) * MOMENTS)]),
      )
      if (values.some(Number.isNaN))
        note(
          'it is NaN: there are too few rows, or predictions or targets are all the same.',
        )
      if (average === 'none') return values
      return values.reduce((sum, value) => sum + value, 0) / outputs
    },
  }) as Metric as OfOutputs<Options>
}
