import type { Tensor } from '@tensorflow/tfjs-core'
import { isTensor } from '../data/containers.js'
import { fail, isRegimenError } from '../floor/errors.js'
import type { Json } from '../floor/json.js'
import { suggestion } from '../floor/near-miss.js'
import type { LogOptions } from './log-options.js'
import type { MetricName } from './metric-map.js'
import { checkMetricName, type ReportedNames } from './reported-names.js'

/** How a value was asked to be kept. `isPlain`: step and epoch share one name, as for returned metrics. */
export type RequestedOptions = LogOptions & { readonly isPlain?: true | undefined }
/** How a metric is kept: the options of its first value, complete. */
export type MetricOptions = Required<Omit<LogOptions, 'batchSize'>> &
  Pick<RequestedOptions, 'isPlain'>

const PLAIN = { onStep: true, onEpoch: true, isPlain: true } as const
/** How metrics returned by a training step are kept. */
export const RETURNED: MetricOptions = { ...PLAIN, progress: false, reduce: 'mean' }
/** How the loss is kept. */
export const LOSS: MetricOptions = { ...RETURNED, progress: true }

/**
 * One metric of an epoch: sums in float64, added in the order of the steps, and the last value added
 * with the `stamp` of its step. There may be none yet: the step of the first value may have failed. That of a
 * stateful metric has its `state` instead.
 * Saved in snapshots as it is.
 */
export type Metric = ReportedNames &
  Sums & { readonly options: MetricOptions; readonly state?: Json }
type Sums = { total: number; weight: number; last?: number; stamp?: number }

/** Values of metrics by name. */
export type Numbers = Readonly<Record<string, number>>

/** Copies values, replacing those of the same names. */
export function copyNumbers(from: Numbers, into: Record<string, number>): void {
  for (const [name, value] of Object.entries(from)) into[name] = value
}

/** A value of a metric: known, or in a tensor on the device, owned until the value is added. */
export type Logged = Readonly<{ metric: Metric; weight?: number; stamp?: number }> & Value
type Value = { value: number | undefined; tensor?: Tensor; reading?: Reading | undefined }
type Reading = ReturnType<Tensor['data']>

/** A metric without values. @param suffix appended to all its names */
export function newMetric(name: string, options = RETURNED, suffix = ''): Metric {
  const { onStep, onEpoch, isPlain } = options
  const [step, epoch] = onStep && onEpoch && !isPlain ? ['_step', '_epoch'] : ['', '']
  const names = { stepName: name + step + suffix, epochName: name + epoch + suffix }
  return { name: name + suffix, ...names, options, total: 0, weight: 0 }
}

/** The value, downloaded once for all readers. Waits for the device. */
export async function read(logged: Logged): Promise<number> {
  logged.reading ??= logged.tensor?.data()
  logged.value ??= Number((await logged.reading)?.[0])
  return logged.value
}

const KINDS: readonly string[] = ['mean', 'sum', 'min', 'max']

/** Checks a value and how it is logged. @throws REG_LOG_INVALID */
export function checkLogged(
  name: unknown,
  value: unknown,
  options: MetricOptions,
  kept = options,
) {
  const { onStep, onEpoch, progress, reduce } = options
  checkMetricName(name)
  if (!isTensor(value) && typeof value !== 'number')
    fail('REG_LOG_INVALID.value', { metric: name, found: value })
  if (isTensor(value) && value.size !== 1)
    fail('REG_LOG_INVALID.shape', { metric: name, shape: value.shape })
  if (!KINDS.includes(reduce))
    fail('REG_LOG_INVALID.reduce', { metric: name, found: reduce, expected: KINDS })
  if (!onStep && !onEpoch) fail('REG_LOG_INVALID.never', { metric: name })
  const isSameTime = onStep === kept.onStep && onEpoch === kept.onEpoch
  const isSameName = !onStep || !onEpoch || options.isPlain === kept.isPlain
  const isSame =
    isSameTime && isSameName && progress === kept.progress && reduce === kept.reduce
  if (!isSame) fail('REG_LOG_INVALID.twice', { metric: name })
}

/** The metrics in a hook's payload. Valid until the hook's taps and watchers have finished. */
export type Metrics = Omit<MetricsView, 'isReleased'>

/** The metrics of one step or of one epoch, until they are released. */
export class MetricsView {
  isReleased = false

  /** @param origin what reported them, for the error's text: `validation 3` */
  constructor(
    private readonly source: ReadonlyMap<string, Logged>,
    private readonly origin: string,
  ) {}

  /** Names that were reported. */
  get names(): readonly string[] {
    return [...this.source.keys()]
  }

  /** Names that were logged with `progress: true`. */
  get progress(): readonly string[] {
    const shown = [...this.source.values()].filter(
      ({ metric }) => metric.options.progress,
    )
    return [...new Set(shown.map(({ metric }) => metric.name))]
  }

  /** Whether a metric was reported. */
  has(name: MetricName): boolean {
    return this.#find(name) !== undefined
  }

  /**
   * The value of a metric; all readers share one download. Call it before the hook's taps have finished,
   * in a watcher synchronously; the promise may be awaited later.
   *
   * Cost: waits for the device, unless tensor memory is host memory.
   *
   * @throws REG_METRIC_MISSING (rejects), REG_METRIC_RELEASED (rejects)
   */
  async get(name: MetricName): Promise<number> {
    if (this.isReleased) fail('REG_METRIC_RELEASED.get', { metric: name })
    const { origin, names: reported } = this
    const found = this.#find(name)
    if (found) return read(found)
    const hint = suggestion(name, reported)
    return fail('REG_METRIC_MISSING.get', { metric: name, origin, reported, hint })
  }

  /** The value if it can be read without waiting, else `undefined`. */
  atHand(name: MetricName): number | undefined {
    return this.isReleased ? undefined : this.#find(name)?.value
  }

  #find(name: string): Logged | undefined {
    const hasName = ({ metric }: Logged) =>
      [metric.stepName, metric.epochName].includes(name)
    return this.source.get(name) ?? [...this.source.values()].find(hasName)
  }
}

/** Metrics that are already numbers. @param origin what reported them, for the error's text */
export function finalMetrics(values: Numbers, origin: string): MetricsView {
  const all = new Map<string, Logged>()
  for (const name in values)
    all.set(name, { metric: newMetric(name), value: values[name] })
  return new MetricsView(all, origin)
}

/**
 * The value of a metric that a plugin monitors, as from `metrics.get`; if it was not reported, the
 * error names the plugin.
 *
 * @param plugin the plugin's id
 * @throws REG_METRIC_MISSING (rejects) with `data` of `plugin`, `metric`, `origin` and `reported`; REG_METRIC_RELEASED (rejects)
 * @example
 * ```ts no-run
 * hooks.monitor.tapPromise(id, async ({ metrics }) => {
 *   const value = await monitoredMetric(metrics, 'val_loss', id)
 * })
 * ```
 */
export async function monitoredMetric(
  metrics: Metrics,
  metric: MetricName,
  plugin: string,
): Promise<number> {
  try {
    return await metrics.get(metric)
  } catch (thrown) {
    if (!isRegimenError(thrown) || thrown.code !== 'REG_METRIC_MISSING') throw thrown
    const { origin, reported } = thrown.data as {
      origin: string
      reported: readonly string[]
    }
    const hint = suggestion(metric, metrics.names)
    return fail('REG_METRIC_MISSING.monitored', {
      plugin,
      metric,
      origin,
      reported,
      hint,
    })
  }
}
