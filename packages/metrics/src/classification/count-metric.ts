import * as tf from '@tensorflow/tfjs-core'
import { SumMetric } from '../floor/sum-metric.js'
import { averaged, type CountRule, countsFrom } from './averages.js'
import { type DecisionRule, decide, decisionFaults } from './decisions.js'
import type { Average } from './options.js'
import { classRows } from './rows.js'

/** What a metric of counts is made from. */
export interface CountMetric extends DecisionRule {
  readonly name: string
  readonly average: Average
  readonly zeroDivision: number
  readonly rule: CountRule
  /** With `topK`, classes that are never true are left out, as those are that are neither true nor predicted. */
  readonly isOfTrue?: boolean
  /** A class that no average counts. */
  readonly leftOut?: number | undefined
}

/** A metric that follows from how often classes or labels are predicted and true. */
export function countMetric(made: CountMetric): SumMetric<number | number[]> {
  const { name, task, average, zeroDivision, rule, topK, leftOut } = made
  const isOfTrue = topK > 1 && made.isOfTrue
  const { kind, size } = task
  return new SumMetric({
    name,
    kind: `counts of ${kind} ${size}${topK > 1 ? ` in the best ${topK}` : ''}`,
    size: 4 * size,
    faults: decisionFaults(task),
    rows: (predictions, targets) => classRows(name, task, predictions, targets),
    sums(rows) {
      const { predicted, truth, counted, faults } = decide(made, rows)
      const rowsCounted = tf.tile(tf.sum(counted, 0), [size / counted.shape[1]])
      const hits = tf.sum(tf.mul(predicted, truth), 0)
      return { sums: [hits, tf.sum(predicted, 0), tf.sum(truth, 0), rowsCounted], faults }
    },
    value(totals, note) {
      const all = countsFrom(totals, size)
      if (all.every(({ counted }) => counted === 0)) {
        note('it is NaN: every target was ignored.')
        return average === 'none' ? all.map(() => Number.NaN) : Number.NaN
      }
      return averaged(all, rule, { average, kind, zeroDivision, isOfTrue, leftOut })
    },
  })
}
