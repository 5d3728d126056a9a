import * as tf from '@tensorflow/tfjs-core'
import { areNaN, asFloat, countOf, isOutside, oneHot } from '../floor/masks.js'
import type { BatchSums, Rows } from '../floor/sum-metric.js'
import type { Task } from './options.js'

/** What decisions depend on. */
export interface DecisionRule {
  readonly task: Task
  readonly ignoreIndex: number | undefined
  readonly from: 'probabilities' | 'logits'
  readonly threshold: number
  readonly topK: number
}

/** Decisions and truth as zeros and ones `[rows, size]`, zeros in both where a target is ignored. */
export interface Decisions {
  readonly predicted: tf.Tensor2D
  readonly truth: tf.Tensor2D
  /** Ones where a target counts: `[rows, 1]` with classes, else `[rows, size]`. */
  readonly counted: tf.Tensor2D
  readonly faults: BatchSums['faults']
}

/** Texts of the faults that {@link decide} may find. */
export const decisionFaults = (task: Task) => ({
  nan: 'of the predictions are NaN',
  range:
    "of the predictions are no probabilities: if they are logits, say from: 'logits'",
  prediction: `of the predictions are no classes: expected integers from 0 to ${task.size - 1}`,
  target:
    task.kind === 'multiclass'
      ? `of the targets are no classes: expected integers from 0 to ${task.size - 1}, or ignoreIndex`
      : 'of the targets are neither 0 nor 1, nor ignoreIndex',
  oneHot: 'of the targets are not one-hot: a row of one-hot targets sums to 1',
})

/** Decisions of rows, on the device. */
export function decide(rule: DecisionRule, rows: Rows): Decisions {
  return rule.task.kind === 'multiclass' ? classDecisions(rule, rows) : bits(rule, rows)
}

function bits({ ignoreIndex, from, threshold }: DecisionRule, rows: Rows): Decisions {
  const targets = asFloat(rows.targets)
  const scores = asFloat(rows.predictions)
  const ignored = isIgnored(targets, ignoreIndex)
  const isBit = tf.logicalOr(tf.equal(targets, 0), tf.equal(targets, 1))
  const counted = asFloat(tf.logicalNot(ignored))
  const isLogit = from === 'logits'
  const probabilities = isLogit ? tf.sigmoid(scores) : scores
  return {
    predicted: tf.mul(asFloat(tf.greater(probabilities, threshold)), counted),
    truth: tf.mul(asFloat(tf.equal(targets, 1)), counted),
    counted,
    faults: {
      nan: countOf(areNaN(scores)),
      range: isLogit ? tf.scalar(0) : countOf(isOutside(scores)),
      target: countOf(tf.logicalNot(tf.logicalOr(isBit, ignored))),
    },
  }
}

function classDecisions(
  { task: { size }, ignoreIndex, topK }: DecisionRule,
  { predictions, targets }: Rows,
): Decisions {
  const truths = classesOf(targets)
  const ignored = isIgnored(truths.labels, ignoreIndex)
  const isClass = isIndex(truths.labels, size)
  const counted = asFloat(tf.logicalNot(ignored))
  const truth: tf.Tensor2D = tf.mul(oneHot(truths.labels, size), counted)
  const scores = asFloat(predictions)
  const isScores = predictions.shape[1] > 1
  const best = isScores ? argMax(scores) : scores
  const found =
    topK > 1 && isScores ? refined({ scores, best, truth, topK }, truths.labels) : best
  const isWrong = tf.logicalNot(tf.logicalOr(isIndex(found, size), ignored))
  return {
    predicted: tf.mul(oneHot(found, size), counted),
    truth,
    counted,
    faults: {
      nan: countOf(areNaN(scores)),
      prediction: countOf(isWrong),
      target: countOf(tf.logicalNot(tf.logicalOr(isClass, ignored))),
      oneHot: truths.wrong,
    },
  }
}

/** Classes `[rows, 1]` of indices or one-hot rows. */
export function classesOf(targets: tf.Tensor2D) {
  const values = asFloat(targets)
  if (targets.shape[1] === 1) return { labels: values, wrong: tf.scalar(0) }
  const sums = tf.sum<tf.Tensor1D>(values, 1)
  const isSpread = tf.logicalNot(tf.lessEqual(tf.abs(tf.sub(sums, 1)), 1e-3))
  const isNegative = tf.any(tf.less(values, 0), 1)
  return { labels: argMax(values), wrong: countOf(tf.logicalOr(isSpread, isNegative)) }
}

/** The true class where it is among the best scores, else the best. Of equal scores, those of lower classes are better. */
function refined(
  {
    scores,
    best,
    truth,
    topK,
  }: Record<'scores' | 'best' | 'truth', tf.Tensor2D> & { readonly topK: number },
  labels: tf.Tensor2D,
): tf.Tensor2D {
  const size = scores.shape[1]
  const own = tf.sum(
    tf.where(tf.cast(truth, 'bool'), scores, tf.zerosLike(scores)),
    1,
    true,
  )
  const isBefore = tf.less(tf.range(0, size), labels)
  const better = tf.logicalOr(
    tf.greater(scores, own),
    tf.logicalAnd(tf.equal(scores, own), isBefore),
  )
  const isAmong = tf.less<tf.Tensor2D>(tf.sum(asFloat(better), 1, true), topK)
  return tf.where(isAmong, labels, best)
}

const argMax = (scores: tf.Tensor2D): tf.Tensor2D =>
  asFloat(tf.reshape<tf.Rank.R2>(tf.argMax(scores, 1), [-1, 1]))

/** Where a target is not counted. */
export const isIgnored = (
  labels: tf.Tensor2D,
  ignoreIndex: number | undefined,
): tf.Tensor2D =>
  ignoreIndex === undefined
    ? tf.zerosLike(tf.cast(labels, 'bool'))
    : tf.equal(labels, ignoreIndex)

const isIndex = (labels: tf.Tensor2D, size: number): tf.Tensor2D =>
  tf.logicalAnd(
    tf.equal(labels, tf.floor(labels)),
    tf.logicalAnd(tf.greaterEqual(labels, 0), tf.less(labels, size)),
  )
