import * as tf from '@tensorflow/tfjs-core'
import { refuseShapes } from '../floor/fault.js'
import type { Rows } from '../floor/sum-metric.js'
import type { Task } from './options.js'

type Shape = readonly number[]

/**
 * Predictions and targets of any rank as rows: scores `[rows, classes]` or labels `[rows, 1]`. Classes and labels
 * are the last axis, as everywhere in tfjs. Predictions that are a list, or int32 of the shape of the targets, are
 * classes: a batch may have as many rows as there are classes.
 *
 * @throws REG_METRIC_INPUT
 */
export function classRows(
  owner: string,
  task: Task,
  predictions: tf.Tensor,
  targets: tf.Tensor,
): Rows {
  const [predicted, expected] = columnsOf(task, predictions, targets.shape)
  if (predicted === undefined || expected === undefined)
    refuseShapes(
      owner,
      { predictions: predictions.shape, targets: targets.shape },
      wanted(owner, task),
    )
  return {
    predictions: tf.reshape(predictions, [predictions.size / predicted, predicted]),
    targets: tf.reshape(targets, [targets.size / expected, expected]),
  }
}

/** The columns of predictions and targets, or nothing if the shapes do not fit. */
function columnsOf(
  { kind, size }: Task,
  { shape: predictions, dtype }: tf.Tensor,
  targets: Shape,
): readonly [number, number] | [] {
  const isInteger = dtype === 'int32'
  if (kind !== 'multiclass') {
    const isLabels = kind === 'binary' || predictions.at(-1) === size
    return isLabels && isSame(predictions, targets, kind === 'binary') ? [size, size] : []
  }
  const scores = predictions.length > 1 && predictions.at(-1) === size
  const oneHot = targets.length > 1 && targets.at(-1) === size
  if (scores && !isInteger && isSame(predictions, targets, false)) return [size, size]
  if (scores && isSame(predictions.slice(0, -1), targets, true)) return [size, 1]
  if (oneHot && isSame(predictions, targets.slice(0, -1), true)) return [1, size]
  return isSame(predictions, targets, true) ? [1, 1] : []
}

/** Whether two shapes are the same, or one has an axis of 1 more at its end. */
function isSame(one: Shape, other: Shape, isLoose: boolean): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one]
  const more = long.slice(short.length)
  return (
    short.every((size, axis) => size === long[axis]) &&
    (more.length === 0 || (isLoose && more.length === 1 && more[0] === 1))
  )
}

function wanted(owner: string, { kind, size }: Task): string {
  if (kind === 'multilabel') return `[…, ${size}] for both, since "labels" is ${size}`
  if (kind === 'multiclass')
    return `scores […, ${size}] or classes […], and targets as classes […] or one-hot […, ${size}], since "classes" is ${size}`
  return `one probability for each target: for several classes write ${owner}({ classes: 10 }), for several labels ${owner}({ labels: 10 })`
}
