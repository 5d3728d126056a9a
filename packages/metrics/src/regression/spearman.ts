import { optionSchema } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Metric } from '../floor/metric.js'
import { ValueMetric } from '../floor/value-metric.js'
import { clamped } from './correlation.js'
import { faultsOf, pairFaults } from './errors.js'
import { pairRows } from './pairs.js'
import { meanRanks } from './ranks.js'

const schema = optionSchema('spearman', {})

/**
 * Spearman's correlation of the ranks of predictions and targets; equal values have the mean of their ranks. Keeps
 * every value. NaN, with a notice, where one of them is constant.
 *
 * @throws REG_OPTION_UNKNOWN
 */
export function spearman(input: object = {}): Metric<number> {
  schema.check(input)
  const name = 'spearman'
  return new ValueMetric<number>({
    name,
    kind: 'pairs',
    columns: 2,
    faults: pairFaults,
    rows: (predictions, targets) => pairRows(name, 1, predictions, targets),
    keep: ({ predictions, targets }) => ({
      values: tf.concat2d([predictions, targets], 1),
      faults: faultsOf(predictions, targets),
    }),
    value(rows, note) {
      const ranks = [0, 1].map((column) =>
        meanRanks(rows.filter((_, index) => index % 2 === column)),
      )
      const value = correlation(ranks[0] ?? [], ranks[1] ?? [])
      if (Number.isNaN(value)) note('it is NaN: predictions or targets are all the same.')
      return value
    },
  })
}

/** Pearson's correlation of ranks, whose mean is known. */
function correlation(one: readonly number[], other: readonly number[]): number {
  const mean = (one.length + 1) / 2
  const sumOf = (from: readonly number[], to: readonly number[]) =>
    from.reduce((sum, rank, index) => sum + (rank - mean) * ((to[index] ?? 0) - mean), 0)
  const spread = Math.sqrt(sumOf(one, one) * sumOf(other, other))
  return spread === 0 ? Number.NaN : clamped(sumOf(one, other) / spread)
}
