import * as tf from '@tensorflow/tfjs-core'
import { valueAtHand } from './host-memory.js'
import type { Metric } from './metric.js'
import { readScalar } from './metrics.js'
import type { MetricValue } from './module.js'

/** Values that may wait before they are fetched together. */
const MAX_WAITING = 256
/** A value that is not added yet: its step goes on, or it, or one before it, is on the device. */
type Logged = { metric: Metric; weight: number; stamp: number; value?: number; tensor?: tf.Tensor }
/** Told the loss of each step as soon as it is known, in order. */
export type LossWatcher = (value: number, stamp: number) => void

/** What was logged on its way into the metrics of an epoch, in the order of the steps. */
export class MetricQueue {
  readonly #logged: Logged[] = []
  /** Where the values of the step under way begin. */
  #stepStart: number | undefined

  constructor(private readonly watchLoss?: LossWatcher) {}

  /** Begins a step, whose values {@link commit} adds and {@link rollBack} forgets. */
  begin(): void {
    this.#stepStart = this.#logged.length
  }

  /** The step succeeded. */
  commit(): void {
    this.#stepStart = undefined
    this.#addKnown()
  }

  /** The step failed. */
  rollBack(): void {
    for (const { tensor } of this.#logged.splice(this.#stepStart ?? 0)) tensor?.dispose()
    this.#stepStart = undefined
  }

  /** Takes a value: read at once where that is free, else kept on the device. */
  push(metric: Metric, given: MetricValue, weight: number, stamp: number): void {
    const logged: Logged = { metric, weight, stamp }
    const known = typeof given === 'number' ? given : valueAtHand(given)
    if (known !== undefined) logged.value = this.#checked(metric, known, stamp)
    else {
      const tensor = given as tf.Tensor
      logged.tensor = tf.keep(tensor.kept ? tensor.clone() : tensor)
    }
    metric.set(stamp, known ?? (logged.tensor as tf.Tensor))
    this.#logged.push(logged)
    if (this.#stepStart === undefined) this.#addKnown()
  }

  /** Whether something waits, other than in the step under way. */
  get isWaiting(): boolean {
    return (this.#stepStart ?? this.#logged.length) > 0
  }

  /** Whether so much waits that it should be fetched. */
  get isFull(): boolean {
    return this.#logged.length >= MAX_WAITING
  }

  /** Fetches what waits on the device and adds it in order. Waits for the device. */
  async flush(): Promise<void> {
    const logged = this.#logged.splice(0, this.#stepStart ?? this.#logged.length)
    if (this.#stepStart !== undefined) this.#stepStart = 0
    const read = async ({ value, tensor }: Logged) => value ?? readScalar(tensor as tf.Tensor)
    try {
      const values = await Promise.all(logged.map(read))
      for (const [index, { metric, tensor, weight, stamp }] of logged.entries()) {
        const value = values[index] as number
        if (tensor && metric.tensor === tensor) metric.set(stamp, value)
        metric.add(tensor ? this.#checked(metric, value, stamp) : value, weight)
      }
    } finally {
      for (const { tensor } of logged) tensor?.dispose()
    }
  }

  /** Forgets what waits, as after an error. */
  dispose(): void {
    for (const { tensor } of this.#logged.splice(0)) tensor?.dispose()
  }

  #checked(metric: Metric, value: number, stamp: number): number {
    if (this.watchLoss && metric.name === 'loss') this.watchLoss(value, stamp)
    return value
  }

  #addKnown(): void {
    let known = 0
    for (const { metric, value, weight } of this.#logged) {
      if (value === undefined) break
      metric.add(value, weight)
      known++
    }
    // The usual case, in every step of a run: splice would make a list of what it takes out.
    if (known === this.#logged.length) this.#logged.length = 0
    else this.#logged.splice(0, known)
  }
}
