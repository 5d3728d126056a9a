const ZERO = 48
const NINE = 57
const POINT = 46
const MINUS = 45
/** The letters of `0x10`, `0b1` and `0o7`, large and small. */
const BASES = new Set([...Buffer.from('xXbBoO')])
const NAMED = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])
/** Powers of ten that a float64 holds exactly. */
const TENS = Array.from({ length: 23 }, (_, power) => 10 ** power)

/**
 * A number as a table writes it, with the bits that `Number` would give.
 *
 * @returns nothing if the bytes are no number
 */
export function parseNumber(
  bytes: Buffer,
  start: number,
  stop: number,
): number | undefined {
  return shortNumber(bytes, start, stop) ?? anyNumber(bytes, start, stop)
}

/** Digits of at most 2^53 divided by a power of ten that is exact: one rounding, so the right one. */
function shortNumber(bytes: Buffer, start: number, stop: number): number | undefined {
  const isNegative = bytes[start] === MINUS
  const begin = isNegative ? start + 1 : start
  if (stop - begin > 16 || stop === begin) return undefined
  let digits = 0
  let decimals = -1
  for (let at = begin; at < stop; at++) {
    const byte = bytes[at] as number
    if (byte === POINT && decimals === -1) decimals = stop - at - 1
    else if (byte < ZERO || byte > NINE) return undefined
    else digits = 10 * digits + (byte - ZERO)
  }
  if (decimals === stop - begin - 1 || digits > Number.MAX_SAFE_INTEGER) return undefined
  const value = decimals > 0 ? digits / (TENS[decimals] as number) : digits
  return isNegative ? -value : value
}

/** What `Number` takes, but for blanks around it, other bases and nothing at all. */
function anyNumber(bytes: Buffer, start: number, stop: number): number | undefined {
  const begin = bytes[start] === MINUS ? start + 1 : start
  const [first = 0, second = 0, last = 0] = [
    bytes[begin],
    bytes[begin + 1],
    bytes[stop - 1],
  ]
  const isNumber = isDigit(first) && isDigit(last) && !BASES.has(second)
  if (!isNumber) return NAMED.get(bytes.toString('latin1', start, stop))
  const value = Number(bytes.toString('latin1', start, stop))
  return Number.isNaN(value) ? undefined : value
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE
