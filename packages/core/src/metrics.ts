import type { Tensor } from '@tensorflow/tfjs-core'
import { fail } from './errors.js'
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

const readings = new WeakMap<object, Promise<number>>()

/** Downloads a tensor of one element, once however many ask. Waits for the device. */
export function readScalar(tensor: Tensor): Promise<number> {
  const reading = readings.get(tensor.dataId) ?? tensor.data().then(([value]) => Number(value))
  readings.set(tensor.dataId, reading)
  return reading
}
