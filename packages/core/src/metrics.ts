import { fail, suggestion } from './errors.js'
import { type Logged, newMetric, read } from './metric.js'
import type { MetricName } from './registry.js'

/** The metrics that a hook offers. Valid until the hook's taps and watchers have finished. */
export type Metrics = Omit<MetricsView, 'release'>

/** The metrics of one step or of one epoch, until they are released. */
export class MetricsView {
  #isReleased = false

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
    const shown = [...this.source.values()].filter(({ metric }) => metric.options.progress)
    return [...new Set(shown.map(({ metric }) => metric.name))]
  }

  has(name: MetricName): boolean {
    return this.#find(name) !== undefined
  }

  /**
   * The value of a metric; any number of readers share one download. Call it before the hook's taps
   * have finished, as a watcher synchronously; the promise may be awaited later.
   *
   * Cost: waits for the device, except where tensor memory is host memory.
   *
   * @throws REG_METRIC_MISSING (rejects), REG_METRIC_RELEASED (rejects)
   */
  async get(name: MetricName): Promise<number> {
    if (this.#isReleased) fail('REG_METRIC_RELEASED.get', { name })
    const found = this.#find(name)
    if (found) return read(found)
    const { origin, names } = this
    return fail('REG_METRIC_MISSING.get', { name, origin, names, hint: suggestion(name, names) })
  }

  /** The value if it can be told without waiting, else `undefined`. */
  atHand(name: MetricName): number | undefined {
    return this.#isReleased ? undefined : this.#find(name)?.value
  }

  /** Ends the time in which values may be read. */
  release(): void {
    this.#isReleased = true
  }

  #find(name: string): Logged | undefined {
    const isMeant = ({ metric: { stepName, epochName } }: Logged) =>
      name === stepName || name === epochName
    return this.source.get(name) ?? [...this.source.values()].find(isMeant)
  }
}

/** Metrics that are numbers already. @param origin what reported them, for the error's text */
export function finalMetrics(values: ReadonlyMap<string, number>, origin: string): MetricsView {
  const all = [...values].map(
    ([name, value]) => [name, { metric: newMetric(name), value }] as const,
  )
  return new MetricsView(new Map(all), origin)
}
