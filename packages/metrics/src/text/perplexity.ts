import { integer, oneOf, optionSchema } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { decisionFaults, isIgnored } from '../classification/decisions.js'
import { refuseShapes } from '../floor/fault.js'
import { areNaN, asFloat, countOf, isOutside, oneHot } from '../floor/masks.js'
import type { Metric } from '../floor/metric.js'
import { SumMetric } from '../floor/sum-metric.js'

/** What {@link perplexity} takes. */
export interface PerplexityOptions {
  /** What predictions are. Default `logits`, as of a language model's last layer. */
  readonly from?: 'probabilities' | 'logits'
  /** The token that fills sequences up, which is not counted. */
  readonly ignoreIndex?: number
}

const schema = optionSchema('perplexity', {
  from: oneOf('logits', 'probabilities')
    .default('logits')
    .describe('what predictions are'),
  ignoreIndex: integer().describe('the token that is not counted'),
})

/**
 * The exponential of the mean negative log likelihood of the true tokens: predictions `[…, tokens]`, targets `[…]`.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * perplexity({ ignoreIndex: 0 })
 */
export function perplexity(input: PerplexityOptions = {}): Metric<number> {
  const { from, ignoreIndex } = schema.check(input)
  const name = 'perplexity'
  return new SumMetric<number>({
    name,
    kind: name,
    size: 2,
    faults: {
      ...decisionFaults({ kind: 'multiclass', size: 1 }),
      target: 'of the targets are no tokens: expected integers from 0, or ignoreIndex',
    },
    rows(predictions, targets) {
      const shape = predictions.shape.slice(0, -1)
      const isSame = [shape, [...shape, 1]].some(
        (one) => String(one) === String(targets.shape),
      )
      const size = predictions.shape.at(-1) ?? 0
      if (predictions.rank < 2 || !isSame || size === 0)
        refuseShapes(
          name,
          { predictions: predictions.shape, targets: targets.shape },
          '[…, tokens] for predictions, […] for targets',
        )
      return {
        predictions: tf.reshape(predictions, [-1, size]),
        targets: tf.reshape(targets, [-1, 1]),
      }
    },
    sums({ predictions, targets }) {
      const scores = asFloat(predictions)
      const labels = asFloat(targets)
      const ignored = isIgnored(labels, ignoreIndex)
      const truth = tf.mul(
        oneHot(labels, scores.shape[1]),
        asFloat(tf.logicalNot(ignored)),
      )
      const logs = from === 'logits' ? tf.logSoftmax(scores) : tf.log(scores)
      const found = tf.where(tf.cast(truth, 'bool'), logs, tf.zerosLike(logs))
      const isToken = tf.any(tf.cast(oneHot(labels, scores.shape[1]), 'bool'), 1, true)
      return {
        sums: [tf.neg(tf.sum(found)), tf.sum(truth)],
        faults: {
          nan: countOf(areNaN(scores)),
          range: from === 'logits' ? tf.scalar(0) : countOf(isOutside(scores)),
          target: countOf(tf.logicalNot(tf.logicalOr(isToken, ignored))),
        },
      }
    },
    value([sum = 0, tokens = 0], note) {
      if (tokens === 0) note('it is NaN: every target was ignored.')
      return Math.exp(sum / tokens)
    },
  })
}
