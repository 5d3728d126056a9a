import { expect, it } from 'vitest'
import { isBetter } from '../../src/index.js'

const { NaN: nan, POSITIVE_INFINITY: inf } = Number

it.each([
  ['min', 1, 2, 0, true],
  ['min', 2, 1, 0, false],
  ['min', 1, 1, 0, false],
  ['max', 2, 1, 0, true],
  ['max', 1, 1, 0, false],
  ['min', 1, 2, 1, false],
  ['min', 0.5, 2, 1, true],
  ['max', 2, 1, 1, false],
  ['max', 2.5, 1, 1, true],
  ['min', 5, inf, 0, true],
  ['max', 5, -inf, 3, true],
  ['min', nan, 1, 0, false],
  ['max', nan, 1, 0, false],
  ['min', 1, nan, 0, false],
  ['max', 1, nan, 0, false],
] as const)(
  '%s: %d is better than %d by more than %d: %s',
  (mode, value, than, delta, expected) => {
    expect(isBetter(mode, value, than, delta)).toBe(expected)
  },
)
