import { invalidOption } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { classesOf, decisionFaults, isIgnored } from '../classification/decisions.js'
import { type Task, taskOf } from '../classification/options.js'
import { classRows } from '../classification/rows.js'
import { areNaN, asFloat, countOf, isOutside, oneHot } from '../floor/masks.js'
import { type Rows, SumMetric } from '../floor/sum-metric.js'
import { ValueMetric } from '../floor/value-metric.js'
import { type CurvePoint, curveOf } from './areas.js'
import { averageArea } from './class-areas.js'
import { type CurveOptions, thresholdsOf } from './options.js'

type Given = { readonly [Name in keyof CurveOptions]: CurveOptions[Name] | undefined } & {
  readonly from: 'probabilities' | 'logits'
}
type AreaOf = (points: readonly CurvePoint[], all: CurvePoint) => number

/** What all curves have in common. */
interface CurveRule extends Given {
  readonly name: string
  readonly task: Task
  readonly areaOf: AreaOf
}

/** The area under a curve of each class or label: exact, or counted at thresholds. */
export function curveMetric(name: string, given: Given, areaOf: AreaOf) {
  const task = taskOf(name, {
    classes: given.classes,
    labels: given.labels,
    average: given.average,
  })
  if (given.average === 'micro' && task.kind !== 'multilabel')
    invalidOption(name, 'average', 'micro', '"labels" with it, or another average')
  const rule = { ...given, name, task, areaOf }
  const thresholds = thresholdsOf(given.thresholds)
  return thresholds === undefined ? exact(rule) : binned(rule, thresholds)
}

/** Shares and truths `[rows, size]`, and where a truth counts. `micro` makes one column of all labels. */
function columnsOf(
  { task, from, ignoreIndex, average }: CurveRule,
  rows: Rows,
  isExact: boolean,
) {
  const scores = asFloat(rows.predictions)
  const isMulticlass = task.kind === 'multiclass'
  const { labels, wrong } = isMulticlass
    ? classesOf(rows.targets)
    : { labels: asFloat(rows.targets), wrong: tf.scalar(0) }
  const ignored = isIgnored(labels, ignoreIndex)
  const truth: tf.Tensor2D = isMulticlass
    ? oneHot(labels, task.size)
    : asFloat(tf.equal(labels, 1))
  const isKnown = isMulticlass
    ? tf.any(tf.cast(truth, 'bool'), 1, true)
    : tf.logicalOr(tf.equal(labels, 0), tf.equal(labels, 1))
  const isRanked = isExact && !isMulticlass
  const toShares = isMulticlass ? tf.softmax : tf.sigmoid
  const shares: tf.Tensor2D = from === 'logits' && !isRanked ? toShares(scores) : scores
  const counted: tf.Tensor2D = tf.mul(asFloat(tf.logicalNot(ignored)), tf.onesLike(truth))
  const asColumn = (tensor: tf.Tensor2D): tf.Tensor2D =>
    average === 'micro' ? tf.reshape(tensor, [-1, 1]) : tensor
  return {
    shares: asColumn(shares),
    truth: asColumn(truth),
    counted: asColumn(counted),
    faults: {
      nan: countOf(areNaN(scores)),
      range: isRanked || from === 'logits' ? tf.scalar(0) : countOf(isOutside(scores)),
      target: countOf(tf.logicalNot(tf.logicalOr(isKnown, ignored))),
      oneHot: wrong,
    },
  }
}

function common(rule: CurveRule) {
  const { name, task, average = 'macro' } = rule
  const size = average === 'micro' ? 1 : task.size
  return {
    name,
    size,
    faults: decisionFaults(task),
    rows: (predictions: tf.Tensor, targets: tf.Tensor) =>
      scoreRows(name, task, predictions, targets),
    result: (curves: Parameters<typeof averageArea>[0], note: (notice: string) => void) =>
      averageArea(curves, rule.areaOf, size === 1 ? 'macro' : average, note),
  }
}

function exact(rule: CurveRule) {
  const { size, result, ...shared } = common(rule)
  return new ValueMetric<number | number[]>({
    ...shared,
    kind: `scores of ${rule.task.kind} ${size}`,
    columns: 2 * size,
    keep(rows) {
      const { shares, truth, counted, faults } = columnsOf(rule, rows, true)
      // An ignored target is kept as -1.
      const marked = tf.sub(tf.mul(truth, counted), tf.sub(1, counted)) as tf.Tensor2D
      return { values: tf.concat2d([shares, marked], 1), faults }
    },
    value(rows, note) {
      const curves = Array.from({ length: size }, (_, index) =>
        curveIn(rows, index, size),
      )
      return result(curves, note)
    },
  })
}

function curveIn(rows: readonly number[], index: number, size: number) {
  const [scores, truths]: [number[], boolean[]] = [[], []]
  for (let at = index; at < rows.length; at += 2 * size) {
    const truth = rows[at + size]
    if (truth === -1) continue
    scores.push(rows[at] ?? Number.NaN)
    truths.push(truth === 1)
  }
  const hits = truths.filter(Boolean).length
  return {
    points: curveOf(scores, truths),
    all: { hits, falseAlarms: truths.length - hits },
  }
}

function binned(rule: CurveRule, thresholds: readonly number[]) {
  const { size, result, ...shared } = common(rule)
  const bins = thresholds.length
  return new SumMetric<number | number[]>({
    ...shared,
    kind: `curves of ${rule.task.kind} ${size} at ${thresholds}`,
    size: 2 * size * (bins + 1),
    width: rule.task.size * bins,
    sums(rows) {
      const { shares, truth, counted, faults } = columnsOf(rule, rows, false)
      const passed = asFloat(
        tf.greaterEqual(tf.expandDims(shares, 2), tf.tensor1d([...thresholds])),
      )
      const hits: tf.Tensor2D = tf.mul(truth, counted)
      const misses: tf.Tensor2D = tf.mul(tf.sub(1, truth), counted)
      const sumsOf = (which: tf.Tensor2D) => [
        tf.sum(tf.mul(passed, tf.expandDims(which, 2)), 0),
        tf.sum(which, 0),
      ]
      return { sums: [...sumsOf(hits), ...sumsOf(misses)], faults }
    },
    value(totals, note) {
      const half = size * (bins + 1)
      const curves = Array.from({ length: size }, (_, index) => {
        const at = (place: number) => ({
          hits: totals[place] ?? 0,
          falseAlarms: totals[half + place] ?? 0,
        })
        const points = thresholds.map((_, bin) => at(index * bins + bin))
        return { points: points.toReversed(), all: at(size * bins + index) }
      })
      return result(curves, note)
    },
  })
}

/** Rows of scores: classes alone have no curve. @throws REG_METRIC_INPUT */
function scoreRows(
  name: string,
  task: Task,
  predictions: tf.Tensor,
  targets: tf.Tensor,
): Rows {
  const rows = classRows(name, task, predictions, targets)
  if (task.kind === 'multiclass' && rows.predictions.shape[1] === 1)
    return classRows(name, { kind: 'multilabel', size: task.size }, predictions, targets)
  return rows
}
