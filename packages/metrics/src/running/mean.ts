import { count, optionSchema } from '@regimen/core'
import type { Metric, Values } from '../floor/metric.js'
import { Latest, StreamMetric } from './stream-metric.js'

/** What {@link mean} takes. */
export interface MeanOptions {
  /** Only the latest so many values count. Default: all. */
  readonly window?: number
}

const schema = optionSchema('mean', {
  window: count().from(1).describe('only the latest so many values count'),
})

/**
 * The mean of all values so far, or of the latest ones: `update(values)`, of any shape.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * mean({ window: 100 })
 */
export function mean(input: MeanOptions = {}): Metric<number, Values, unknown> {
  const { window } = schema.check(input)
  return window === undefined ? new Mean('mean') : new WindowMean(window)
}

class Mean extends StreamMetric<number> {
  protected readonly kind = 'mean'
  #sum = 0
  #count = 0

  fresh(): Mean {
    return new Mean(this.name)
  }

  protected accept(values: ArrayLike<number>): void {
    for (let index = 0; index < values.length; index++) this.#sum += values[index] ?? 0
    this.#count += values.length
  }

  protected value(): number {
    return this.#sum / this.#count
  }

  protected clear(): void {
    this.load([0, 0])
  }

  protected save(): readonly number[] {
    return [this.#sum, this.#count]
  }

  protected load([sum = 0, count = 0]: readonly number[]): void {
    this.#sum = sum
    this.#count = count
  }
}

class WindowMean extends StreamMetric<number> {
  protected readonly kind: string
  #latest: Latest

  constructor(window: number) {
    super('mean')
    this.kind = `mean of ${window}`
    this.#latest = new Latest(window)
  }

  fresh(): WindowMean {
    return new WindowMean(this.#latest.most)
  }

  protected accept(values: ArrayLike<number>): void {
    this.#latest.add(values)
  }

  protected value(): number {
    const { values } = this.#latest
    return values.reduce((sum, value) => sum + value, 0) / values.length
  }

  protected clear(): void {
    this.#latest = new Latest(this.#latest.most)
  }

  protected save(): readonly number[] {
    return this.#latest.values
  }

  protected load(values: readonly number[]): void {
    this.#latest.add(values)
  }
}
