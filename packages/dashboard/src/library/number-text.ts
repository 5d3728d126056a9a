const ZERO = 48
const NINE = 57
const POINT = 46
const MINUS = 45
/** Powers of ten that a float64 holds exactly. */
const TENS = Array.from({ length: 23 }, (_, power) => 10 ** power)

/**
 * A number as a table writes it, with the bits that `Number` would give.
 *
 * @returns nothing if the bytes are no number
 */
export function parseNumber(
  bytes: Uint8Array,
  start: number,
  stop: number,
): number | undefined {
  return shortNumber(bytes, start, stop) ?? anyNumber(bytes, start, stop)
}

/** Digits of at most 2^53 divided by a power of ten that is exact: one rounding, so the right one. */
function shortNumber(bytes: Uint8Array, start: number, stop: number): number | undefined {
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

function anyNumber(bytes: Uint8Array, start: number, stop: number): number | undefined {
  let text = ''
  for (let at = start; at < stop; at++) text += String.fromCharCode(bytes[at] as number)
  if (text === 'NaN') return Number.NaN
  if (text.trim() === '' || /[^\d.eE+\-Infity]/.test(text)) return undefined
  const value = Number(text)
  return Number.isNaN(value) ? undefined : value
}
