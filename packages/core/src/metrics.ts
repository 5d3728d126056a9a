import { RegimenError } from './errors.js'
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

/** Metrics that are numbers already: those of an epoch, a validation, a test. */
export class FinalMetrics implements Metrics {
  readonly #values: ReadonlyMap<string, number>
  readonly #origin: string
  readonly progress: readonly string[]

  /** @param origin what reported them, for the error's text: `validation 3` */
  constructor(values: ReadonlyMap<string, number>, progress: readonly string[], origin: string) {
    this.#values = values
    this.progress = progress
    this.#origin = origin
  }

  get names(): readonly string[] {
    return [...this.#values.keys()]
  }

  has(name: MetricName): boolean {
    return this.#values.has(name)
  }

  async get(name: MetricName): Promise<number> {
    const value = this.#values.get(name)
    if (value === undefined) throw missing(name, this.#origin, this.#values.keys())
    return value
  }

  atHand(name: MetricName): number | undefined {
    return this.#values.get(name)
  }
}

/** The error for a metric that nobody reported, with the nearest name that somebody did. */
export function missing(name: string, origin: string, reported: Iterable<string>): RegimenError {
  const names = [...reported]
  return new RegimenError(
    'REG_METRIC_MISSING',
    `${quote(name)} was asked for, which ${origin} did not report. Reported: ${quoteAll(names)}.${suggestion(name, names)}`,
  )
}

/** The error for a metric that was read too late. */
export function released(name: string): RegimenError {
  return new RegimenError(
    'REG_METRIC_RELEASED',
    `${quote(name)} was read after its hook had ended. Call metrics.get() before the hook's function returns or resolves; the promise it gives may be awaited later.`,
  )
}
