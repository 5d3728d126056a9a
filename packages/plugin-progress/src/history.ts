import type { Metrics } from '@regimen/core'
import { byOrigin, type ShownMetric, shownNames, valuesOf } from './shown-metrics.js'

/** A value and the epoch, counted from 1, that reported it. */
export interface Extreme {
  readonly value: number
  readonly epoch: number
}

/** The lowest and the highest value of a metric; absent while all were NaN. */
export interface Range {
  readonly low: Extreme | undefined
  readonly high: Extreme | undefined
  /** How many values there were. */
  readonly count: number
}

/** The range with one more value. Of equal values the first stays; NaN is counted and never extreme. */
export function widened(range: Range | undefined, value: number, epoch: number): Range {
  const { low, high, count } = range ?? { low: undefined, high: undefined, count: 0 }
  const found = { value, epoch }
  if (Number.isNaN(value)) return { low, high, count: count + 1 }
  return {
    low: low === undefined || value < low.value ? found : low,
    high: high === undefined || value > high.value ? found : high,
    count: count + 1,
  }
}

/** What the epochs and validations of a fit have reported. Reads numbers only, never the device. */
export class History {
  readonly ranges = new Map<string, Range>()
  #training: Metrics | undefined
  #validation: Metrics | undefined
  #order: readonly string[] = []

  /** Forgets what belonged to the epoch before. */
  beginEpoch(): void {
    this.#training = undefined
    this.#validation = undefined
  }

  validated(metrics: Metrics, epoch: number): void {
    this.#validation = metrics
    this.#widen(metrics, epoch)
  }

  trained(metrics: Metrics, epoch: number): void {
    this.#training = metrics
    this.#widen(metrics, epoch)
  }

  /** Metrics of the latest validation in this epoch. */
  get validationMetrics(): ShownMetric[] {
    const metrics = this.#validation
    return metrics ? valuesOf(metrics, shownNames(metrics.names)) : []
  }

  /** Metrics of the epoch and of the latest validation in it, in the order of {@link inOrder}. */
  get epochMetrics(): ShownMetric[] {
    const training = this.#training
    const validation = this.#validation
    const names = [
      ...shownNames(training?.names ?? []),
      ...shownNames(validation?.names ?? []),
    ]
    this.#order = byOrigin([...new Set(names)])
    return this.#order.flatMap((name) => {
      const value = training?.atHand(name) ?? validation?.atHand(name)
      return value === undefined ? [] : [[name, value] as const]
    })
  }

  /** The order of the latest epoch's line, then the metrics that it lacked. */
  inOrder(names: readonly string[]): string[] {
    const known = this.#order.filter((name) => names.includes(name))
    return [...known, ...byOrigin(names.filter((name) => !known.includes(name)))]
  }

  #widen(metrics: Metrics, epoch: number): void {
    for (const [name, value] of valuesOf(metrics, metrics.names)) {
      this.ranges.set(name, widened(this.ranges.get(name), value, epoch))
    }
  }
}
