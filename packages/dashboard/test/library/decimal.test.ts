import { describe, expect, it } from 'vitest'
import { nearestFloat } from '../../src/library/decimal.js'

describe('the float nearest to digits over a power of ten', () => {
  it.each([
    ['an integer', { high: 12, low: 0, lowCount: 0, decimals: 0 }, 12],
    [
      '15 digits: one division',
      { high: 123456789, low: 12345, lowCount: 5, decimals: 7 },
      1234567.8912345,
    ],
    ['a positive exponent: one product', { high: 15, low: 0, lowCount: 0, decimals: -3 }, 15000],
    [
      '17 digits: a corrected division',
      { high: 503999999, low: 99999997, lowCount: 8, decimals: 17 },
      Number('0.50399999999999997'),
    ],
    [
      'a tie between two integers',
      { high: 450359962, low: 73704965, lowCount: 8, decimals: 1 },
      Number.NaN,
    ],
    [
      'beside that tie',
      { high: 450359962, low: 73704964, lowCount: 8, decimals: 1 },
      4503599627370496,
    ],
    [
      '17 digits with a positive exponent',
      { high: 123456789, low: 12345678, lowCount: 8, decimals: -1 },
      Number.NaN,
    ],
    [
      'more decimals than exact powers of ten',
      { high: 1, low: 0, lowCount: 0, decimals: 23 },
      Number.NaN,
    ],
  ])('%s', (_, decimal, value) => {
    expect(nearestFloat(decimal)).toBe(value)
  })
})
