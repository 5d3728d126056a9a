import type { Tensor } from '@tensorflow/tfjs-core'
import { type Readable, readScalar } from './metrics.js'
import type { Reduction } from './module.js'

/** How a metric is kept: the options of its first value, complete. */
export type MetricOptions = {
  readonly onStep: boolean
  readonly onEpoch: boolean
  readonly progress: boolean
  readonly reduce: Reduction
  /** Whether step and epoch share one name, as what a step returns does. */
  readonly isPlain: boolean
}

/** The saved sums of a metric. */
export type MetricState = Pick<Metric, 'name' | 'sum' | 'weight' | 'extreme' | 'last' | 'options'>

/** One metric of an epoch: sums in float64, added in the order of the steps. */
export class Metric implements Readable {
  readonly name: string
  readonly stepName: string
  readonly epochName: string
  readonly options: MetricOptions
  /** The step that gave the newest value. */
  stamp = -1
  /** The newest value; `undefined` while it is still on the device. */
  value: number | undefined
  /** The newest value on the device, until it is read. */
  tensor: Tensor | undefined
  /** The newest value that was added. */
  last = Number.NaN
  sum = 0
  weight = 0
  extreme: number
  #reading: Promise<number> | undefined

  constructor(name: string, options: MetricOptions, suffix = '') {
    const hasBoth = options.onStep && options.onEpoch && !options.isPlain
    this.name = name + suffix
    this.stepName = (hasBoth ? `${name}_step` : name) + suffix
    this.epochName = (hasBoth ? `${name}_epoch` : name) + suffix
    this.options = options
    this.extreme = options.reduce === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
  }

  /** Takes a value: known, or on the device. */
  set(stamp: number, value: number | Tensor): void {
    const isKnown = typeof value === 'number'
    this.stamp = stamp
    this.value = isKnown ? value : undefined
    this.tensor = isKnown ? undefined : value
    this.#reading = undefined
  }

  /** Downloads the newest value once, however many ask. */
  read(): Promise<number> {
    this.#reading ??= readScalar(this.tensor as Tensor)
    return this.#reading
  }

  /** Adds a value to the epoch. */
  add(value: number, weight: number): void {
    this.last = value
    this.sum += value * weight
    this.weight += weight
    if (this.options.reduce === 'min') this.extreme = Math.min(this.extreme, value)
    if (this.options.reduce === 'max') this.extreme = Math.max(this.extreme, value)
  }

  /** The value of the epoch so far. */
  get reduced(): number {
    const { reduce } = this.options
    if (reduce === 'mean') return this.sum / this.weight
    return reduce === 'sum' ? this.sum : this.extreme
  }

  /** What a snapshot keeps. */
  save(): MetricState {
    const { name, sum, weight, extreme, last, options } = this
    return { name, sum, weight, extreme, last, options }
  }
}
