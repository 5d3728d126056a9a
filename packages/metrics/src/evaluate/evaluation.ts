import type { Metric } from '../floor/metric.js'
import type { AnyMetric } from './options.js'
import { type EvaluatedBatch, type PairChoice, pairOf } from './pair.js'

/** A computed metric of a loader. */
export interface Computed {
  /** As it is reported: `val_f1`, `val_f1/<loader>` of one of several. */
  readonly name: string
  readonly suffix: string
  readonly value: unknown
  readonly metric: Metric
}

/** The metrics of one evaluation, a set for each loader. */
export class Evaluation {
  readonly #owner: string
  readonly #metrics: Readonly<Record<string, AnyMetric>>
  readonly #choice: PairChoice
  readonly #loaders = new Map<string, Map<string, Metric<unknown, unknown, unknown>>>()

  constructor(
    owner: string,
    metrics: Readonly<Record<string, AnyMetric>>,
    choice: PairChoice,
  ) {
    this.#owner = owner
    this.#metrics = metrics
    this.#choice = choice
  }

  /** Adds a batch to the metrics of its loader. @throws REG_METRIC_INPUT */
  update(batch: EvaluatedBatch): void {
    const { predictions, targets } = pairOf(this.#owner, batch, this.#choice)
    for (const metric of this.#of(batch.loader).values())
      metric.update(predictions, targets)
  }

  /** The values of all metrics of all loaders. Waits for the device. @throws REG_METRIC_INPUT (rejects) */
  async compute(prefix: string): Promise<Computed[]> {
    const all: Computed[] = []
    for (const [loader, metrics] of this.#loaders)
      for (const [name, metric] of metrics) {
        const suffix = loader === '' ? '' : `/${loader}`
        const value = metric.updates === 0 ? undefined : await metric.compute()
        if (value !== undefined)
          all.push({ name: prefix + name, suffix, value, metric: metric as Metric })
      }
    return all
  }

  /** Forgets everything, and disposes of what is still on the device. */
  clear(): void {
    for (const metrics of this.#loaders.values())
      for (const metric of metrics.values()) metric.reset()
    this.#loaders.clear()
  }

  #of(loader = ''): Map<string, Metric<unknown, unknown, unknown>> {
    const made =
      this.#loaders.get(loader) ??
      new Map(
        Object.entries(this.#metrics).map(([name, metric]) => [
          name,
          metric.fresh() as Metric<unknown, unknown, unknown>,
        ]),
      )
    this.#loaders.set(loader, made)
    return made
  }
}
