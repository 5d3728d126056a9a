import { count, oneOf, optionSchema } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { areNaN, asFloat, countOf, isOutside } from '../floor/masks.js'
import type { Metric } from '../floor/metric.js'
import { SumMetric } from '../floor/sum-metric.js'
import { decide, decisionFaults } from './decisions.js'
import { type TaskOptions, taskFields, taskOf } from './options.js'
import { classRows } from './rows.js'

/** What {@link calibrationError} takes. */
export interface CalibrationErrorOptions extends Omit<TaskOptions, 'labels'> {
  /** Number of bins of the same width. Default 15. */
  readonly bins?: number
  /** The mean of the bins' errors (`l1`), their quadratic mean (`l2`), or the largest (`max`). Default `l1`. */
  readonly norm?: 'l1' | 'l2' | 'max'
}

const { labels: _labels, ...fields } = taskFields
const schema = optionSchema('calibrationError', {
  ...fields,
  bins: count().from(1).default(15).describe('number of bins of the same width'),
  norm: oneOf('l1', 'l2', 'max').default('l1').describe('how errors of bins become one'),
})

/**
 * The expected calibration error: how far predicted probabilities are from how often they are right, over bins of
 * the probability. With classes that of the best class, without that of a yes. As torchmetrics' `CalibrationError`.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * calibrationError({ classes: 10, from: 'logits' })
 */
export function calibrationError(input: CalibrationErrorOptions = {}): Metric<number> {
  const given = schema.check(input)
  const { bins, norm, from } = given
  const task = taskOf('calibrationError', { ...given, labels: undefined })
  const bounds = Array.from({ length: bins + 1 }, (_, index) => Math.fround(index / bins))
  const name = 'calibrationError'
  return new SumMetric<number>({
    name,
    kind: `calibration of ${task.kind} ${task.size} in ${bins} bins`,
    // A probability of 1 has a bin of its own.
    size: 3 * (bins + 1),
    width: bins + 1,
    faults: decisionFaults(task),
    rows: (predictions, targets) => classRows(name, task, predictions, targets),
    sums(rows) {
      const { predicted, truth, counted, faults } = decide(
        { ...given, task, threshold: 0.5, topK: 1 },
        rows,
      )
      const scores = asFloat(rows.predictions)
      const isBinary = task.kind === 'binary'
      const toShares = isBinary ? tf.sigmoid : tf.softmax
      const shares: tf.Tensor2D = from === 'logits' ? toShares(scores) : scores
      const sure = isBinary ? shares : tf.max<tf.Tensor2D>(shares, 1, true)
      const right = isBinary
        ? truth
        : tf.sum<tf.Tensor2D>(tf.mul(predicted, truth), 1, true)
      const passed = asFloat(tf.greaterEqual(sure, tf.tensor1d(bounds))) as tf.Tensor2D
      const next = tf.concat2d(
        [tf.slice2d(passed, [0, 1], [-1, bins]), tf.zeros([passed.shape[0], 1])],
        1,
      )
      const inBin = tf.mul(tf.sub(passed, next), counted)
      const sumOf = (values: tf.Tensor) => tf.sum(tf.mul(inBin, values), 0)
      return {
        sums: [tf.sum(inBin, 0), sumOf(sure), sumOf(right)],
        faults: {
          ...faults,
          nan: countOf(areNaN(scores)),
          range: from === 'logits' ? tf.scalar(0) : countOf(isOutside(scores)),
        },
      }
    },
    value: (totals) => errorOf(totals, norm),
  })
}

/** @param totals counts, sums of probabilities and right ones of the bins */
function errorOf(totals: Float64Array, norm: 'l1' | 'l2' | 'max'): number {
  const size = totals.length / 3
  const at = (row: number, bin: number) => totals[row * size + bin] ?? 0
  const bins = Array.from({ length: size }, (_, bin) => bin).filter(
    (bin) => at(0, bin) > 0,
  )
  const all = bins.reduce((sum, bin) => sum + at(0, bin), 0)
  const gaps = bins.map((bin) => ({
    gap: Math.abs(at(2, bin) - at(1, bin)) / at(0, bin),
    share: at(0, bin) / all,
  }))
  if (norm === 'max') return Math.max(...gaps.map(({ gap }) => gap))
  const power = norm === 'l1' ? 1 : 2
  const sum = gaps.reduce((so, { gap, share }) => so + gap ** power * share, 0)
  return norm === 'l1' ? sum : Math.sqrt(sum)
}
