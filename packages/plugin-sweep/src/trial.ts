import type { Values } from './space.js'

/** A trial, or with `halving` a rung of one, that is to be run. */
export interface Task {
  /** Number of the trial, from 0. */
  readonly number: number
  /** How often it was taken further before: always 0 but for `halving`. */
  readonly rung: number
  readonly values: Values
  /** Epochs after which it ends, if the sweep says so. */
  readonly maxEpochs?: number
  /** The value that each epoch must not be worse than, from epoch 0; `null` where none is known. */
  readonly thresholds?: readonly (number | null)[]
}

/** How a task ended. */
export interface TaskResult {
  readonly number: number
  readonly rung: number
  readonly outcome: 'completed' | 'pruned' | 'failed'
  /** The best value that it reached; `null` if it reached none. */
  readonly value: number | null
  /** The 0-based epoch and the value of each check, in order. */
  readonly curve: readonly (readonly [epoch: number, value: number])[]
  /** Why it failed. */
  readonly error?: string
}

/** The key of a task and of its result. */
export const keyOf = ({ number, rung }: Pick<Task, 'number' | 'rung'>): string =>
  `${number}@${rung}`

/** Less is better: a value by its mode, the worst of all where there is none. */
export function scoreOf(value: number | null | undefined, mode: 'min' | 'max'): number {
  if (value === null || value === undefined || Number.isNaN(value))
    return Number.POSITIVE_INFINITY
  return mode === 'min' ? value : -value
}

/** The best value of a curve; `null` if none is a number. */
export function bestOf(curve: TaskResult['curve'], mode: 'min' | 'max'): number | null {
  const values = curve.map(([, value]) => value).filter((value) => !Number.isNaN(value))
  if (values.length === 0) return null
  return mode === 'min' ? Math.min(...values) : Math.max(...values)
}
