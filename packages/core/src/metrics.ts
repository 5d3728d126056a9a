import type { Tensor } from '@tensorflow/tfjs-core'
import { fail } from './errors.js'
import type { Reduction } from './module.js'
import { quote, quoteAll, suggestion } from './nearest.js'
import type { MetricName } from './registry.js'

/** The metrics that a hook offers. Valid until the hook's taps and watchers have finished. */
export interface Metrics {
  /** Names that were reported. */
  readonly names: readonly string[]
  /** Names that were logged with `progress: true`. */
  readonly progress: readonly string[]
  has(name: MetricName): boolean
  /**
   * The value of a metric; any number of readers share one download. Call it before the hook's taps
   * have finished, as a watcher synchronously; the promise may be awaited later.
   *
   * Cost: waits for the device, except where tensor memory is host memory.
   *
   * @throws REG_METRIC_MISSING (rejects), REG_METRIC_RELEASED (rejects)
   */
  get(name: MetricName): Promise<number>
  /** The value if it can be told without waiting, else `undefined`. */
  atHand(name: MetricName): number | undefined
}

/** A value that is known, or that can be downloaded once. */
type Readable = { readonly value: number | undefined; read(): Promise<number> }

/** Where {@link MetricsView} looks for the metrics of a step. */
export interface MetricSource {
  find(name: string, stamp: number): Readable | undefined
  list(stamp: number, isForProgress: boolean): readonly string[]
}

/** The metrics of one step or of one epoch, until they are released. */
export class MetricsView implements Metrics {
  #isReleased = false

  /** @param origin what reported them, for the error's text: `validation 3` */
  constructor(
    private readonly source: MetricSource,
    private readonly origin: string,
    private readonly stamp = 0,
  ) {}

  get names(): readonly string[] {
    return this.source.list(this.stamp, false)
  }

  get progress(): readonly string[] {
    return this.source.list(this.stamp, true)
  }

  has(name: MetricName): boolean {
    return this.source.find(name, this.stamp) !== undefined
  }

  async get(name: MetricName): Promise<number> {
    if (this.#isReleased) {
      const advice = "Call metrics.get() before the hook's function ends; await it later"
      fail('REG_METRIC_RELEASED', `${quote(name)} was read after its hook had ended. ${advice}.`)
    }
    const found = this.source.find(name, this.stamp)
    if (found) return found.value ?? found.read()
    const asked = `${quote(name)} was asked for, which ${this.origin} did not report. Reported:`
    const names = `${quoteAll(this.names)}.${suggestion(name, this.names)}`
    return fail('REG_METRIC_MISSING', `${asked} ${names}`)
  }

  atHand(name: MetricName): number | undefined {
    return this.#isReleased ? undefined : this.source.find(name, this.stamp)?.value
  }

  /** Ends the time in which values may be read. */
  release(): void {
    this.#isReleased = true
  }
}

/** Metrics that are numbers already. @param origin what reported them, for the error's text */
export function finalMetrics(
  values: ReadonlyMap<string, number>,
  origin: string,
  progress: readonly string[] = [],
): MetricsView {
  const find = (name: string): Readable | undefined => {
    const value = values.get(name)
    return value === undefined ? undefined : { value, read: async () => value }
  }
  const list = (_: number, isShown: boolean) => [...(isShown ? progress : values.keys())]
  return new MetricsView({ find, list }, origin)
}

/** Downloads a tensor of one element. Waits for the device. */
export async function readScalar(tensor: Tensor): Promise<number> {
  return Number((await tensor.data())[0])
}

/**
 * How a metric is kept: the options of its first value, complete. `isPlain` tells whether step and
 * epoch share one name, as what a step returns does.
 */
export type MetricOptions = Readonly<
  { reduce: Reduction } & Record<'onStep' | 'onEpoch' | 'progress' | 'isPlain', boolean>
>

/** The saved sums of a metric. */
export type MetricState = Pick<Metric, 'name' | 'sum' | 'weight' | 'extreme' | 'last' | 'options'>

/** One metric of an epoch: sums in float64, added in the order of the steps. */
export class Metric {
  readonly name: string
  readonly stepName: string
  readonly epochName: string
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

  constructor(
    name: string,
    readonly options: MetricOptions,
    suffix = '',
  ) {
    const hasBoth = options.onStep && options.onEpoch && !options.isPlain
    this.name = name + suffix
    this.stepName = (hasBoth ? `${name}_step` : name) + suffix
    this.epochName = (hasBoth ? `${name}_epoch` : name) + suffix
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
