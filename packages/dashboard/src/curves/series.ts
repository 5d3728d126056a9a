import { GrowingNumbers } from './growing-numbers.js'

export const SOURCES = ['train', 'validation', 'test'] as const
export const INTERVALS = ['step', 'epoch'] as const

/** Which loop reported a metric. */
export type Source = (typeof SOURCES)[number]
/** Whether a metric is of one step or of one epoch. */
export type Interval = (typeof INTERVALS)[number]

/** Where a value belongs. */
export interface Place {
  readonly epoch: number
  readonly step: number
}

/** A value and where it was logged; 0-based. */
export interface Point extends Place {
  readonly value: number
}

/** What a table says of a metric. */
export interface SeriesSummary {
  readonly name: string
  readonly source: Source
  readonly interval: Interval
  /** How many values there are. */
  readonly count: number
  /** How many of them are NaN or infinite. */
  readonly notFinite: number
  /** The latest value, finite or not. */
  readonly last: Point
  /** The first of the lowest finite values; absent if none is finite. */
  readonly min?: Point
  /** The first of the highest finite values. */
  readonly max?: Point
}

/** The values of one metric in the order in which they were logged. */
export class Series {
  readonly steps = new GrowingNumbers()
  readonly epochs = new GrowingNumbers()
  readonly values = new GrowingNumbers()
  /** When the values were logged, in milliseconds since 1970, as far as that was read; NaN where no record says. */
  readonly times = new GrowingNumbers()
  #notFinite = 0
  #min = -1
  #max = -1
  #lowest = Number.POSITIVE_INFINITY
  #highest = Number.NEGATIVE_INFINITY

  constructor(
    readonly name: string,
    readonly source: Source,
    readonly interval: Interval,
  ) {}

  push(epoch: number, step: number, value: number): void {
    const index = this.values.length
    this.steps.push(step)
    this.epochs.push(epoch)
    this.values.push(value)
    if (!Number.isFinite(value)) {
      this.#notFinite++
      return
    }
    if (value < this.#lowest) [this.#min, this.#lowest] = [index, value]
    if (value > this.#highest) [this.#max, this.#highest] = [index, value]
  }

  summary(): SeriesSummary {
    const { name, source, interval } = this
    return {
      ...{ name, source, interval, count: this.values.length },
      notFinite: this.#notFinite,
      last: this.#point(this.values.length - 1),
      ...(this.#min !== -1 && {
        min: this.#point(this.#min),
        max: this.#point(this.#max),
      }),
    }
  }

  #point(index: number): Point {
    const at = (numbers: GrowingNumbers) => numbers.view()[index] as number
    return { epoch: at(this.epochs), step: at(this.steps), value: at(this.values) }
  }
}
