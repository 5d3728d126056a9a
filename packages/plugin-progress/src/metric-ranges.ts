/** A value and the epoch, counted from 1, that reported it. */
export interface Extreme {
  readonly value: number
  readonly epoch: number
}

/** The lowest and the highest value of a metric; absent while all were NaN. */
export interface Range {
  readonly low: Extreme | undefined
  readonly high: Extreme | undefined
  /** How many values there were. */
  readonly count: number
}

/** The range with one more value. Of equal values the first stays; NaN is counted and never extreme. */
export function widened(range: Range | undefined, value: number, epoch: number): Range {
  const { low, high, count } = range ?? { low: undefined, high: undefined, count: 0 }
  const found = { value, epoch }
  if (Number.isNaN(value)) return { low, high, count: count + 1 }
  return {
    low: low === undefined || value < low.value ? found : low,
    high: high === undefined || value > high.value ? found : high,
    count: count + 1,
  }
}
