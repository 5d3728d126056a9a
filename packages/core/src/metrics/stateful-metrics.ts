import * as tf from '@tensorflow/tfjs-core'
import { fail } from '../floor/errors.js'
import type { Json } from '../floor/json.js'
import { type Metric, newMetric } from './metrics.js'

/**
 * A metric that adds up what its value over an epoch needs, such as those of `@regimen/metrics`. An epoch, and each
 * loader of an evaluation, has a fresh one.
 */
export interface StatefulMetric {
  readonly name: string
  /** Why the latest value is NaN, or what was left out of it. */
  readonly notice: string | undefined
  /** Adds a batch. The tensors stay the caller's. */
  update(predictions: unknown, targets?: unknown): void
  /** The value over all batches. */
  compute(): Promise<unknown>
  reset(): void
  state(): object
  restore(saved: never): void
  /** One with the same options and no batches. */
  fresh(): StatefulMetric
}

/** What a step hands to a metric instead of a value; its tensors are the step's. */
export interface Comparison {
  readonly metric: StatefulMetric
  readonly predictions: tf.Tensor
  readonly targets: tf.Tensor
}

/** Whether a value that a step returned is a {@link Comparison}. */
export const isComparison = (value: unknown): value is Comparison =>
  typeof value === 'object' && value !== null && 'metric' in value && 'targets' in value

/** Whether a value is a {@link StatefulMetric}. */
export const isStatefulMetric = (value: unknown): value is StatefulMetric =>
  typeof value === 'object' &&
  value !== null &&
  ['update', 'compute', 'fresh'].every(
    (name) => typeof (value as Readonly<Record<string, unknown>>)[name] === 'function',
  )

type Waiting = { readonly name: string } & Comparison

/** The stateful metrics of an epoch or evaluation. */
export class StatefulMetrics {
  readonly #metrics = new Map<string, StatefulMetric>()
  readonly #saved = new Map<string, Json>()
  /** What the current step has compared: it counts once the step has succeeded. */
  #waiting: Waiting[] = []

  /** The values, once they are {@link complete}, as metrics of an epoch. */
  readonly completed: Metric[] = []

  /** Takes a metric of the run that is resumed, if it has a state. */
  restore({ name, state }: Metric): boolean {
    if (state !== undefined) this.#saved.set(name, state)
    return state !== undefined
  }

  /** Takes a comparison of the current step. */
  add(name: string, { metric, predictions, targets }: Comparison): void {
    const [kept, other] = [tf.keep(predictions.clone()), tf.keep(targets.clone())]
    this.#waiting.push({ name, metric, predictions: kept, targets: other })
  }

  /** The step has succeeded. @throws what a metric throws */
  commit(): void {
    const waiting = this.#waiting
    this.#waiting = []
    try {
      for (const { name, metric, predictions, targets } of waiting)
        this.#of(name, metric).update(predictions, targets)
    } finally {
      for (const { predictions, targets } of waiting) tf.dispose([predictions, targets])
    }
  }

  /** The step has failed. */
  rollBack(): void {
    for (const { predictions, targets } of this.#waiting)
      tf.dispose([predictions, targets])
    this.#waiting = []
  }

  /**
   * Computes all values; a list has a name for each item, `f1_0`. Waits for the device.
   *
   * @param claim claims the names of a metric
   */
  async complete(claim: (metric: Metric) => void): Promise<void> {
    const values = new Map<string, number>()
    for (const [name, metric] of this.#metrics)
      collect(name, await metric.compute(), values)
    for (const [name, value] of values) {
      const metric = { ...newMetric(name), total: value, weight: 1, last: value }
      claim(metric)
      this.completed.push(metric)
    }
  }

  /** The states of all, to save in a snapshot. */
  save(): Metric[] {
    const states = Array.from(this.#metrics, ([name, metric]) => {
      return [name, metric.state() as Json] as const
    })
    return [...this.#saved, ...states].map(([name, state]) => ({
      ...newMetric(name),
      state,
    }))
  }

  /** Disposes of all that is still on the device. */
  dispose(): void {
    this.rollBack()
    for (const metric of this.#metrics.values()) metric.reset()
  }

  #of(name: string, template: StatefulMetric): StatefulMetric {
    const known = this.#metrics.get(name)
    if (known) return known
    const made = template.fresh()
    const saved = this.#saved.get(name)
    if (saved !== undefined) made.restore(saved as never)
    this.#saved.delete(name)
    this.#metrics.set(name, made)
    return made
  }
}

function collect(name: string, value: unknown, into: Map<string, number>): void {
  const [base, loader] = [name.replace(/\/.*$/, ''), /\/.*$/.exec(name)?.[0] ?? '']
  if (typeof value === 'number') into.set(name, value)
  else if (typeof value !== 'object' || value === null)
    fail('REG_LOG_INVALID.value', { metric: name, found: value })
  else
    for (const [key, part] of Object.entries(value))
      collect(`${base}_${key}${loader}`, part, into)
}
