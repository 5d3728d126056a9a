import { nearestFloat } from './decimal.js'

const COMMA = 44
const NEWLINE = 10
const RETURN = 13
const ZERO = 48
const POINT = 46
const PLUS = 43
const MINUS = 45
const LOWER_E = 101
const UPPER_E = 69
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const NAMED = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])

/** Reads numbers from the cells of a table, with the bits that `Number` gives. */
export class NumberReader {
  /** Place of the comma or line end after the cell that was read last. */
  stop = 0
  /** The number that was read last. */
  value = 0

  /**
   * Reads the cell that begins at a place. A comma or a line end must follow somewhere.
   *
   * @returns whether it holds a number
   */
  read(bytes: Uint8Array, start: number): boolean {
    const isNegative = bytes[start] === MINUS
    const first = isNegative ? start + 1 : start
    let at = first
    let high = 0
    let low = 0
    let count = 0
    let point = -1
    for (; ; at++) {
      const byte = bytes[at] as number
      const digit = byte - ZERO
      if (digit >= 0 && digit <= 9) {
        if (count < 9) high = 10 * high + digit
        else if (count < 17) low = 10 * low + digit
        // Zeros before the first other digit only move the point.
        if (high > 0) count++
      } else if (byte === POINT && point === -1 && at > first) point = at
      else break
    }
    const decimals = point === -1 ? 0 : at - point - 1
    const isPlain = at > first && count <= 17 && point !== at - 1
    const exponent = isPlain && isExponent(bytes[at]) ? this.#exponent(bytes, at) : 0
    if (exponent !== 0) at = this.stop
    if (!isPlain || !isEnd(bytes[at])) return this.#readText(bytes, start)
    const lowCount = count > 9 ? count - 9 : 0
    const value = nearestFloat({ high, low, lowCount, decimals: decimals - exponent })
    if (Number.isNaN(value)) return this.#readText(bytes, start)
    this.stop = at
    this.value = isNegative ? -value : value
    return true
  }

  /** The exponent that begins with an `e`; leaves its end in `stop`. 0 if it is none, or is 0. */
  #exponent(bytes: Uint8Array, start: number): number {
    const sign = bytes[start + 1]
    let at = sign === MINUS || sign === PLUS ? start + 2 : start + 1
    let exponent = 0
    for (; exponent < 1000; at++) {
      const digit = (bytes[at] as number) - ZERO
      if (!(digit >= 0 && digit <= 9)) break
      exponent = 10 * exponent + digit
    }
    this.stop = at
    return sign === MINUS ? -exponent : exponent
  }

  /** The slow way, for everything. */
  #readText(bytes: Uint8Array, start: number): boolean {
    let stop = start
    while (!isEnd(bytes[stop])) stop++
    this.stop = stop
    const text = Buffer.from(
      bytes.buffer,
      bytes.byteOffset + start,
      stop - start,
    ).toString('latin1')
    const named = NAMED.get(text)
    this.value = named ?? Number(text)
    return named !== undefined || NUMBER.test(text)
  }
}

const isExponent = (byte: number | undefined): boolean =>
  byte === LOWER_E || byte === UPPER_E

/** Whether a cell ends before this byte. */
export function isEnd(byte: number | undefined): boolean {
  return byte === COMMA || byte === NEWLINE || byte === RETURN || byte === undefined
}
