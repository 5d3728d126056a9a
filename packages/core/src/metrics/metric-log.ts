import * as tf from '@tensorflow/tfjs-core'
import { sizeOfBatch, valueAtHand } from '../data/containers.js'
import { fail } from '../floor/errors.js'
import type { MetricLogOptions } from './metric-log-options.js'
import type { Logged, Metric, RequestedOptions } from './metrics.js'
import { checkLogged, LOSS, MetricsView, newMetric, RETURNED, read } from './metrics.js'
import type { MetricNames, MetricSource } from './reported-names.js'
import { isComparison, StatefulMetrics } from './stateful-metrics.js'

/** So many waiting values are downloaded together. */
const MAX_WAITING = 256

/**
 * The metrics of one epoch or evaluation. Values are read at once if that is free; otherwise they stay
 * on the device and are downloaded together. Launches no kernel.
 */
export class MetricLog {
  readonly #metrics = new Map<string, Metric>()
  /** Values that are not added yet: their step has not ended, or an earlier value is on the device. */
  readonly #waiting: Logged[] = []
  /** Index at which the values of the current step begin. */
  #stepStart = Number.POSITIVE_INFINITY
  /** The values of the step; after the epoch has ended, the epoch's, to which hooks may still add. */
  #current = new Map<string, Logged>()
  /** Whether a batch has begun: before the first batch there is no weight for a value. */
  #hasBegun = false
  #hasEnded = false
  /** Metrics saved with a resumed epoch: they contain what its `epochStart` logs again. */
  readonly #resumed: ReadonlySet<string>
  readonly #stateful = new StatefulMetrics()
  readonly #source: MetricSource
  readonly #names: MetricNames
  readonly watchLoss: MetricLogOptions['watchLoss']
  /** Steps of the epoch so far. */
  stamp: number
  /** Appended to each name: `/loader` if there are several. */
  suffix = ''
  /** Samples of the current batch, if known. */
  samples: number | undefined

  constructor({ source, names, watchLoss, stamp = 0, saved = [] }: MetricLogOptions) {
    this.#source = source
    this.#names = names
    this.watchLoss = watchLoss
    this.stamp = stamp
    this.#resumed = new Set(saved.map(({ name }) => name))
    for (const metric of saved) {
      if (this.#stateful.restore(metric)) continue
      names.claim(metric, source)
      this.#metrics.set(metric.name, metric)
      const isOfStep = metric.stamp === stamp && stamp > 0
      if (isOfStep) this.#current.set(metric.name, { metric, value: metric.last })
    }
  }

  /**
   * Begins the step of a batch. {@link commit} adds its values, {@link rollBack} discards them.
   *
   * @param warn called if the batch has tensors of different sizes
   */
  begin(data: unknown, warn?: (text: string) => void): void {
    this.samples = sizeOfBatch(data, warn)
    this.#hasBegun = true
    this.stamp++
    this.#current = new Map()
    this.#stepStart = this.#waiting.length
  }

  /** The step succeeded. */
  commit(): void {
    this.#stateful.commit()
    this.#stepStart = Number.POSITIVE_INFINITY
    this.#addKnown()
  }

  /** The step failed: restores the epoch as it was before the step. */
  readonly rollBack = (): void => {
    this.#stateful.rollBack()
    this.#discard(this.#stepStart)
  }

  /** Logs a metric that a step returned. @throws REG_LOG_INVALID, REG_BATCH_SIZE */
  returned(name: string, value: unknown): void {
    if (isComparison(value)) this.#stateful.add(name + this.suffix, value)
    else this.log(name, value, this.watchLoss && (name === 'loss' ? LOSS : RETURNED))
  }

  /** Logs a value from `ctx.log`. @throws REG_LOG_INVALID, REG_BATCH_SIZE */
  log(name: string, found: unknown, requested: RequestedOptions = {}): void {
    const isInBatch = this.#hasBegun && !this.#hasEnded
    const isTrainingStep = isInBatch && this.watchLoss !== undefined
    const { onStep = isTrainingStep, onEpoch = !isTrainingStep } = requested
    const { progress = false, reduce = 'mean', isPlain } = requested
    const options = { onStep, onEpoch, progress, reduce, isPlain }
    const kept = this.#hasEnded ? undefined : this.#metrics.get(name + this.suffix)
    checkLogged(name, found, options, kept?.options)
    if (!isInBatch && onStep) fail('REG_LOG_INVALID.noStep', { metric: name })
    const isOpening = !this.#hasBegun && !this.#hasEnded
    if (isOpening && this.#resumed.has(name)) return
    const isWeighted = isInBatch && onEpoch && reduce === 'mean'
    const weight = requested.batchSize ?? (isWeighted ? this.samples : 1)
    if (weight === undefined) fail('REG_BATCH_SIZE.mean', { metric: name })
    const tensor = found as tf.Tensor
    const value = typeof found === 'number' ? found : valueAtHand(tensor)
    const metric = kept ?? newMetric(name, options, this.suffix)
    if (!kept || this.suffix !== '') this.#names.claim(metric, this.#source, this.suffix)
    const logged: Logged = { metric, weight, stamp: this.stamp, value }
    this.#current.set(metric.name, logged)
    if (this.#hasEnded && value === undefined) logged.reading = tensor.data()
    if (this.#hasEnded) return
    if (value === undefined)
      logged.tensor = tf.keep(tensor.kept ? tensor.clone() : tensor)
    else if (name === 'loss') this.watchLoss?.(value, this.stamp)
    if (!kept) this.#metrics.set(metric.name, metric)
    this.#waiting.push(logged)
    this.#addKnown()
  }

  /** Adds values in order, up to the first that is on the device or belongs to the current step. */
  #addKnown(): void {
    while (this.#stepStart > 0 && this.#waiting[0]?.value !== undefined) {
      this.#stepStart--
      const {
        metric,
        value = 0,
        weight = 1,
        tensor,
        stamp,
      } = this.#waiting.shift() as Logged
      const { reduce } = metric.options
      if (reduce === 'mean' || reduce === 'sum') metric.total += value * weight
      else
        metric.total =
          metric.last === undefined ? value : Math[reduce](metric.total, value)
      metric.weight += weight
      metric.last = value
      metric.stamp = stamp
      tensor?.dispose()
      if (tensor && metric.name === 'loss') this.watchLoss?.(value, stamp)
    }
  }

  /** Whether values are still on the device. */
  readonly isWaiting = () => this.#waiting.length > 0 && this.#stepStart > 0

  /** Whether so many values are on the device that they should be downloaded. */
  readonly isFull = (): boolean => this.#waiting.length >= MAX_WAITING

  /** Downloads and adds the values on the device. Waits for it. */
  async flush(): Promise<void> {
    await Promise.all(this.#waiting.slice(0, this.#stepStart).map(read))
    this.#addKnown()
  }

  /** Computes the metrics that are not means of values of batches. Waits for the device. */
  readonly complete = (): Promise<void> =>
    this.#stateful.complete((metric) => this.#names.claim(metric, this.#source))

  /** Discards what is on the device, as after an error. */
  dispose(): void {
    this.#stateful.dispose()
    this.#discard()
  }

  #discard(from = 0): void {
    for (const { tensor } of this.#waiting.splice(from)) tensor?.dispose()
  }

  /** The metrics of the current step. The caller releases them. */
  readonly step = (origin: string): MetricsView => new MetricsView(this.#current, origin)

  /** Every value by every name: the epoch's once it has ended, else the latest. Call it after {@link flush}. */
  readonly values = (): Record<string, number> =>
    Object.fromEntries(
      Array.from(this.#all(), ([name, { value }]) => [name, Number(value)]),
    )

  #all(): Map<string, Logged> {
    const all = new Map<string, Logged>()
    for (const metric of [...this.#valued(), ...this.#stateful.completed]) {
      const { name, stepName, epochName, options, last, total, weight } = metric
      all.set(name, { metric, value: last }).set(stepName, { metric, value: last })
      const whole = { metric, value: options.reduce === 'mean' ? total / weight : total }
      if (this.#hasEnded && options.onEpoch) all.set(name, whole).set(epochName, whole)
    }
    return all
  }

  /** Ends the epoch and returns its metrics. Values logged from now on are added to them. */
  finish(origin: string): MetricsView {
    this.#hasEnded = true
    this.#current = this.#all()
    this.suffix = ''
    return this.step(origin)
  }

  /**
   * The values to report: those of the step or, once the epoch has ended, those of the epoch, with what
   * hooks added at its end. Waits for the device if it must.
   */
  async reported(): Promise<Record<string, number>> {
    const values: Record<string, number> = {}
    for (const [key, logged] of this.#current) {
      const { options, stepName, epochName } = logged.metric
      if (!this.#hasEnded && options.onStep) values[stepName] = await read(logged)
      if (this.#hasEnded && options.onEpoch && key === epochName)
        values[key] = await read(logged)
    }
    return values
  }

  /** Whether this step has values that are reported per step. */
  readonly hasStepValues = (): boolean =>
    [...this.#current.values()].some(({ metric }) => metric.options.onStep)

  /** The metrics to save in a snapshot. */
  readonly save = () => [...this.#valued(), ...this.#stateful.save()]
  readonly #valued = () =>
    [...this.#metrics.values()].filter(({ last }) => last !== undefined)
}
