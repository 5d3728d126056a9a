import type { Tensor } from '@tensorflow/tfjs-core'
import { fail } from './errors.js'
import { valueAtHand } from './host-memory.js'
import type { MetricOptions, MetricState } from './metric.js'
import { checkMetric, completeOptions, invalid, isSame, KEPT, Metric } from './metric.js'
import { type LossWatcher, MetricQueue } from './metric-queue.js'
import { finalMetrics, type MetricSource, MetricsView, readScalar } from './metrics.js'
import type { LogOptions, MetricValue } from './module.js'
import { quote } from './nearest.js'

/**
 * The metrics of one epoch or evaluation. Values are read at once where that is free; elsewhere they
 * stay on the device and are fetched together. Launches no kernel.
 */
export class MetricLog implements MetricSource {
  readonly #metrics = new Map<string, Metric>()
  readonly #queue: MetricQueue
  /** Once the epoch is over: its values, to which hooks may still add. */
  final: Map<string, number> | undefined
  #progress: string[] = []
  readonly #late: Promise<unknown>[] = []
  /** Appended to each name: `/loader` where there are several. */
  suffix = ''
  /** Samples of the current batch, if known. */
  samples: number | undefined

  /** @param stamp steps of the epoch so far: more than 0 where it is gone on with */
  constructor(
    private readonly kind: 'training' | 'evaluation',
    public stamp = 0,
    watchLoss?: LossWatcher,
  ) {
    this.#queue = new MetricQueue(watchLoss)
  }

  /** Begins a step, whose values {@link commit} adds and {@link rollBack} forgets. */
  begin(): void {
    this.stamp++
    this.#queue.begin()
  }

  /** The step succeeded. */
  commit(): void {
    this.#queue.commit()
  }

  /** The step failed: the epoch is again what it was before it. */
  rollBack(): void {
    this.#queue.rollBack()
    this.stamp--
  }

  /** Takes a metric that a step returned. @throws REG_LOG_INVALID, REG_BATCH_SIZE */
  returned(name: string, value: unknown): void {
    checkMetric(name, value)
    const options = name === 'loss' ? KEPT.loss : KEPT.returned
    const weight = this.samples ?? noBatchSize(name)
    this.#take(name, value, weight, this.kind === 'training' ? options : KEPT.evaluated)
  }

  /** Takes a value from `ctx.log`. @throws REG_LOG_INVALID, REG_BATCH_SIZE */
  log(name: string, value: MetricValue, given: LogOptions = {}): void {
    checkMetric(name, value)
    if (this.final) {
      this.#logFinal(this.final, name, value, given)
      return
    }
    const options = completeOptions(
      name,
      given,
      this.kind === 'training' ? KEPT.logged : KEPT.evaluated,
    )
    const isWeighted = options.onEpoch && options.reduce === 'mean'
    const samples = isWeighted ? this.samples : 1
    this.#take(name, value, given.batchSize ?? samples ?? noBatchSize(name), options)
  }

  #logFinal(final: Map<string, number>, name: string, value: MetricValue, given: LogOptions): void {
    if (given.onStep) invalid(name, 'with onStep: true at the end of an epoch; leave it out')
    if (given.progress) this.#progress.push(name)
    const known = typeof value === 'number' ? value : valueAtHand(value)
    if (known !== undefined) final.set(name, known)
    else this.#late.push(readScalar(value as Tensor).then((read) => final.set(name, read)))
  }

  #take(name: string, value: MetricValue, weight: number, options: MetricOptions): void {
    this.#queue.push(this.#metricOf(name, options), value, weight, this.stamp)
  }

  #metricOf(name: string, options: MetricOptions): Metric {
    const found = this.#metrics.get(this.suffix === '' ? name : name + this.suffix)
    if (!found) return this.#adopt(new Metric(name, options, this.suffix))
    if (found.options !== options && !isSame(found.options, options)) {
      invalid(name, 'twice with different options, which is not allowed')
    }
    return found
  }

  #adopt(metric: Metric): Metric {
    this.#metrics.set(metric.name, metric)
    return metric
  }

  /** Whether something waits on the device. */
  get isWaiting(): boolean {
    return this.#queue.isWaiting
  }

  /** Whether so much waits on the device that it should be fetched. */
  get isFull(): boolean {
    return this.#queue.isFull
  }

  /** Fetches what waits on the device and adds it in order. Waits for the device. */
  flush(): Promise<void> {
    return this.#queue.flush()
  }

  /** Forgets what waits on the device, as after an error. */
  dispose(): void {
    this.#queue.dispose()
  }

  find(name: string, stamp: number): Metric | undefined {
    const metric = this.#named(name)
    return metric?.stamp === stamp ? metric : undefined
  }

  #named(name: string): Metric | undefined {
    const isMeant = ({ stepName, epochName }: Metric) => stepName === name || epochName === name
    return this.#metrics.get(name) ?? [...this.#metrics.values()].find(isMeant)
  }

  list(stamp: number, isForProgress: boolean): string[] {
    const own = [...this.#metrics.values()].filter((metric) => metric.stamp === stamp)
    return own.filter(({ options }) => options.progress || !isForProgress).map(({ name }) => name)
  }

  /** The metrics of the current step. The caller releases them. */
  step(origin: string): MetricsView {
    return new MetricsView(this, origin, this.stamp)
  }

  /** Whether this step has values that are reported per step. */
  get hasStepValues(): boolean {
    const all = [...this.#metrics.values()]
    return all.some(({ options, stamp }) => options.onStep && stamp === this.stamp)
  }

  /** Values of this step that are reported per step. Waits for the device where it must. */
  async stepValues(): Promise<Map<string, number>> {
    const values = new Map<string, number>()
    for (const metric of this.#metrics.values()) {
      if (!metric.options.onStep || metric.stamp !== this.stamp) continue
      values.set(metric.stepName, metric.value ?? (await metric.read()))
    }
    return values
  }

  /** Every value by every name: those of the epoch once it is over, else the newest. After {@link flush}. */
  values(isEpochOver: boolean): Map<string, number> {
    const values = new Map<string, number>()
    for (const metric of this.#metrics.values()) {
      const { name, stepName, epochName, last, reduced, options } = metric
      if (metric.isEmpty) continue
      const isReduced = options.onEpoch && isEpochOver
      values.set(name, isReduced ? reduced : last)
      if (stepName !== name) values.set(stepName, last)
      if (isReduced) values.set(epochName, reduced)
    }
    return values
  }

  /** Ends the epoch and gives its metrics. What is logged from now on is added to them. */
  finish(origin: string): MetricsView {
    this.final = this.values(true)
    this.#progress = this.list(this.stamp, true)
    return finalMetrics(this.final, origin, this.#progress)
  }

  /** What is reported of the epoch, with what hooks added at its end. */
  async reported(): Promise<Map<string, number>> {
    await Promise.all(this.#late.splice(0))
    const isReported = (name: string) => {
      const metric = this.#named(name)
      return !metric || (metric.options.onEpoch && metric.epochName === name)
    }
    return new Map([...(this.final ?? [])].filter(([name]) => isReported(name)))
  }

  save(): MetricState[] {
    const added = [...this.#metrics.values()].filter((metric) => !metric.isEmpty)
    return added.map((metric) => metric.save())
  }

  restore(states: readonly MetricState[]): void {
    for (const state of states) {
      Object.assign(this.#adopt(new Metric(state.name, state.options)), state)
    }
  }
}

function noBatchSize(name: string): never {
  const what = `The mean of ${quote(name)} over an epoch is weighted by batch size, which could not`
  const advice = 'Give batchSize to ctx.log, or batches that hold tensors or arrays.'
  return fail('REG_BATCH_SIZE', `${what} be inferred from the batch. ${advice}`)
}
