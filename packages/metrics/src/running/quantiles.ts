import { count, list, number, optionSchema } from '@regimen/core'
import type { Metric, Values } from '../floor/metric.js'
import { Latest, StreamMetric } from './stream-metric.js'

/** What {@link quantiles} takes. */
export interface QuantilesOptions {
  /** Shares of the values that are below, from 0 to 1. Default `[0.5]`, the median. */
  readonly at?: readonly number[]
  /** Only the latest so many values count. Default: all, of which each is kept. */
  readonly window?: number
}

const schema = optionSchema('quantiles', {
  at: list(number().from(0).upTo(1)).default([0.5]).describe('shares of values below'),
  window: count().from(1).describe('only the latest so many values count'),
})

/**
 * Quantiles of all values so far, or of the latest ones: `update(values)`, of any shape. Between two values it is
 * where a line between them is, as in NumPy. The value is a list, in the order of `at`.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * quantiles({ at: [0.05, 0.5, 0.95], window: 1000 })
 */
export function quantiles(
  input: QuantilesOptions = {},
): Metric<number[], Values, unknown> {
  const { at, window = Number.POSITIVE_INFINITY } = schema.check(input)
  return new Quantiles(at, window)
}

class Quantiles extends StreamMetric<number[]> {
  protected readonly kind: string
  readonly #at: readonly number[]
  #latest: Latest

  constructor(at: readonly number[], window: number) {
    super('quantiles')
    this.kind = `quantiles of ${window}`
    this.#at = at
    this.#latest = new Latest(window)
  }

  fresh(): Quantiles {
    return new Quantiles(this.#at, this.#latest.most)
  }

  protected accept(values: ArrayLike<number>): void {
    this.#latest.add(values)
  }

  protected value(): number[] {
    const sorted = [...this.#latest.values].sort((one, other) => one - other)
    return this.#at.map((share) => quantileOf(sorted, share))
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

function quantileOf(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1)
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? Number.NaN
  return below === above ? below : below + (above - below) * (place - Math.floor(place))
}
