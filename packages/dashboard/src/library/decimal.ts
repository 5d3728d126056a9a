/** A decimal number: `(10 ** lowCount * high + low) / 10 ** decimals`. */
export interface Decimal {
  /** The first nine digits at most. */
  readonly high: number
  /** The digits after them, eight at most. */
  readonly low: number
  readonly lowCount: number
  /** Digits behind the point less the exponent. */
  readonly decimals: number
}

/** Powers of ten that a float64 holds exactly. */
const TENS = Float64Array.from({ length: 23 }, (_, power) => 10 ** power)
/** Splits a float64 into two halves whose products are exact (Veltkamp). */
const SPLITTER = 2 ** 27 + 1
const MOST_EXACT = 2 ** 53
/** More than the relative error of a correction below, which is at most 3 units of 2^-53. */
const DOUBT = 2 ** -49

/**
 * The float64 that is nearest to a decimal number: the one that `Number` makes of its digits.
 *
 * @returns NaN where this arithmetic cannot decide between two neighbours, or the exponent is large
 */
export function nearestFloat({ high, low, lowCount, decimals }: Decimal): number {
  // At most 30 bits times 19 bits and a power of two: exact.
  const product = high * (TENS[lowCount] as number)
  const sum = product + low
  if (decimals === 0) return sum
  const tens = TENS[Math.abs(decimals)]
  if (tens === undefined) return Number.NaN
  // Both are exact, so there is one rounding.
  if (sum < MOST_EXACT) return decimals > 0 ? sum / tens : sum * tens
  return decimals > 0 ? quotient(sum, low - (sum - product), tens) : Number.NaN
}

/** `(sum + rest) / tens` rounded once; NaN where the sum of quotient and correction is close to a tie. */
function quotient(sum: number, rest: number, tens: number): number {
  const first = sum / tens
  // What is left of a division is a float64 itself; its parts are exact (Dekker).
  const high = upperHalf(first)
  const low = first - high
  const tensHigh = upperHalf(tens)
  const tensLow = tens - tensHigh
  const back = first * tens
  const error = high * tensHigh - back + high * tensLow + low * tensHigh + low * tensLow
  const correction = (sum - back - error + rest) / tens
  // The exact quotient lies between the two: where both round alike, so does it (Ziv).
  const least = first + correction * (1 - DOUBT)
  return least === first + correction * (1 + DOUBT) ? least : Number.NaN
}

function upperHalf(value: number): number {
  const scaled = SPLITTER * value
  return scaled - (scaled - value)
}
