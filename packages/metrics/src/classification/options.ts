import { amount, count, integer, invalidOption, number, oneOf } from '@regimen/core'

/** How values of classes or labels become one; `none`: a list of them. */
export type Average = 'micro' | 'macro' | 'weighted' | 'none'

/** What is predicted: one of some classes, any of some labels, or yes or no where neither is set. */
export interface TaskOptions {
  /** Number of classes of which each row has one. */
  readonly classes?: number
  /** Number of labels of which each row has any. */
  readonly labels?: number
  /** Targets that are not counted: `-1` or `255`. */
  readonly ignoreIndex?: number
  /** What predictions without classes are: probabilities, or logits. Default `probabilities`. */
  readonly from?: 'probabilities' | 'logits'
}

/** {@link TaskOptions} of a metric that compares decisions. */
export interface DecisionOptions extends TaskOptions {
  /** Above it, a probability is a yes; without classes only. Default 0.5. */
  readonly threshold?: number
}

/** {@link DecisionOptions} of a metric that averages over classes or labels. */
export interface AveragedOptions extends DecisionOptions {
  /** How values of classes or labels become one. */
  readonly average?: Average
  /** A prediction is right if the target is among this many best scores; with classes only. Default 1. */
  readonly topK?: number
  /** What 0 / 0 is: a class that is never predicted, or never true. Default 0. */
  readonly zeroDivision?: number
}

export const taskFields = {
  classes: count().from(2).describe('number of classes of which each row has one'),
  labels: count().from(1).describe('number of labels of which each row has any'),
  ignoreIndex: integer().describe('targets that are not counted'),
  from: oneOf('probabilities', 'logits')
    .default('probabilities')
    .describe('what predictions are'),
}
export const decisionFields = {
  ...taskFields,
  threshold: number().from(0).upTo(1).default(0.5).describe('above it, it is a yes'),
}
export const averagedFields = {
  ...decisionFields,
  average: oneOf('micro', 'macro', 'weighted', 'none').describe('over classes or labels'),
  topK: count().from(1).default(1).describe('how many best scores may hold the target'),
  zeroDivision: amount().upTo(1).default(0).describe('what 0 / 0 is'),
}

/** What is predicted, checked. */
export type Task =
  | { readonly kind: 'binary'; readonly size: 1 }
  | { readonly kind: 'multiclass' | 'multilabel'; readonly size: number }

interface Given {
  readonly classes: number | undefined
  readonly labels: number | undefined
  readonly average?: Average | undefined
  readonly topK?: number
}

/** The task that options describe. @throws REG_OPTION_INVALID */
export function taskOf(owner: string, given: Given): Task {
  const { classes, labels, average, topK = 1 } = given
  if (classes !== undefined && labels !== undefined)
    invalidOption(
      owner,
      'labels',
      labels,
      'no labels where there are classes: each row has one class, or any labels',
    )
  if (topK > 1 && (classes === undefined || topK >= classes))
    invalidOption(
      owner,
      'topK',
      topK,
      classes === undefined ? '"classes" with it' : `less than the ${classes} classes`,
    )
  if (classes !== undefined) return { kind: 'multiclass', size: classes }
  if (labels !== undefined) return { kind: 'multilabel', size: labels }
  if (average !== undefined)
    invalidOption(
      owner,
      'average',
      average,
      '"classes" or "labels" with it: there is nothing to average over',
    )
  return { kind: 'binary', size: 1 }
}
