import type { Attributes, Counter, Gauge, Histogram, Meter } from '@opentelemetry/api'
import type { LogRecord } from '@regimen/core'

type MetricsRecord = Extract<LogRecord, { kind: 'metrics' }>

/** The syntax of the specification, after our own prefix. */
const NAME = /^[\w.\-/]{1,230}$/
/** Seconds: steps take from half a millisecond to minutes. */
const BOUNDARIES = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
]

/** The instruments of a run: a gauge for each metric, how long steps take, steps and samples. */
export class RunMeters {
  readonly #meter: Meter
  readonly #refused: (name: string, reason: string) => void
  readonly #gauges = new Map<string, Gauge | undefined>()
  /** Names of instruments are compared without regard to case. */
  readonly #taken = new Set<string>()
  readonly #duration: Histogram
  readonly #steps: Counter
  readonly #samples: Counter

  /** @param refused called once for each metric that cannot have an instrument */
  constructor(meter: Meter, refused: (name: string, reason: string) => void) {
    this.#meter = meter
    this.#refused = refused
    this.#duration = meter.createHistogram('regimen.step.duration', {
      unit: 's',
      description: 'From batchStart to batchEnd of a training batch',
      advice: { explicitBucketBoundaries: BOUNDARIES },
    })
    this.#steps = meter.createCounter('regimen.steps', {
      unit: '{step}',
      description: 'Batches in which weights changed',
    })
    this.#samples = meter.createCounter('regimen.samples', {
      unit: '{sample}',
      description: 'Training samples',
    })
  }

  /** Sets the gauges of a record's metrics. */
  metrics({ stage, source, interval, values }: MetricsRecord): void {
    const attributes: Attributes = {
      'regimen.stage': stage,
      'regimen.source': source,
      'regimen.interval': interval,
    }
    for (const [name, value] of Object.entries(values))
      this.#gauge(name)?.record(value, attributes)
  }

  /** A training batch has ended. */
  batch(seconds: number, steps: number, samples: number): void {
    this.#duration.record(seconds)
    this.#steps.add(steps)
    this.#samples.add(samples)
  }

  #gauge(name: string): Gauge | undefined {
    if (!this.#gauges.has(name)) this.#gauges.set(name, this.#newGauge(name))
    return this.#gauges.get(name)
  }

  #newGauge(name: string): Gauge | undefined {
    if (!NAME.test(name)) {
      this.#refused(name, 'it takes letters, digits and "_.-/", 230 at most')
      return undefined
    }
    const lower = name.toLowerCase()
    if (this.#taken.has(lower)) {
      this.#refused(name, 'it has one that differs in case only')
      return undefined
    }
    this.#taken.add(lower)
    return this.#meter.createGauge(`regimen.metric.${name}`)
  }
}
