import { describe, expect, it } from 'vitest'
import {
  describeRange,
  isWithin,
  jsonRange,
  type NumberRange,
} from '../../src/floor/number-range.js'

const INFINITE = Number.POSITIVE_INFINITY

describe('bounds of a number, in words and in JSON:', () => {
  it.each<[range: NumberRange, words: string, json: Readonly<Record<string, unknown>>]>([
    [{}, 'a finite number', { type: 'number' }],
    [{ isInteger: true }, 'an integer', { type: 'integer' }],
    [{ hasInfinity: true }, 'a number, which may be infinite', { type: 'number' }],
    [{ from: 0 }, 'a non-negative number', { type: 'number', minimum: 0 }],
    [{ isInteger: true, from: 0 }, 'a non-negative integer', { type: 'integer', minimum: 0 }],
    [{ isInteger: true, from: 1 }, 'a positive integer', { type: 'integer', minimum: 1 }],
    [{ from: 1 }, 'a number from 1', { type: 'number', minimum: 1 }],
    [{ above: 0 }, 'a positive number', { type: 'number', exclusiveMinimum: 0 }],
    [
      { above: 0, hasInfinity: true },
      'a positive number or Infinity',
      { type: 'number', exclusiveMinimum: 0 },
    ],
    [{ upTo: -1 }, 'a number to -1', { type: 'number', maximum: -1 }],
    [{ below: 1 }, 'a number below 1', { type: 'number', exclusiveMaximum: 1 }],
    [
      { from: 0, below: 1 },
      'a number from 0 and below 1',
      { type: 'number', minimum: 0, exclusiveMaximum: 1 },
    ],
    [
      { isInteger: true, from: 1, upTo: 65_535 },
      'an integer from 1 to 65535',
      { type: 'integer', minimum: 1, maximum: 65_535 },
    ],
    [
      { above: 0, upTo: 1, hasInfinity: true },
      'a number above 0 to 1',
      { type: 'number', exclusiveMinimum: 0, maximum: 1 },
    ],
  ])('%o: %s', (range, words, json) => {
    expect(describeRange(range)).toBe(words)
    expect(jsonRange(range)).toEqual(json)
  })
})

describe('a value is within bounds or not:', () => {
  it.each<[value: unknown, range: NumberRange, isIn: boolean]>([
    [0, { from: 0 }, true],
    [-0, { from: 0 }, true],
    [-Number.MIN_VALUE, { from: 0 }, false],
    [0, { above: 0 }, false],
    [-0, { above: 0 }, false],
    [Number.MIN_VALUE, { above: 0 }, true],
    [1, { upTo: 1 }, true],
    [1, { below: 1 }, false],
    [1 - Number.EPSILON, { below: 1 }, true],
    [2, { from: 3, upTo: 1 }, false],
    [1.5, { isInteger: true }, false],
    [2 ** 53, { isInteger: true }, false],
    [2 ** 53, {}, true],
    [INFINITE, {}, false],
    [INFINITE, { hasInfinity: true }, true],
    [INFINITE, { isInteger: true, from: 1, hasInfinity: true }, true],
    [INFINITE, { hasInfinity: true, upTo: 1 }, false],
    [-INFINITE, { hasInfinity: true, from: 0 }, false],
    [-INFINITE, { hasInfinity: true }, true],
    [Number.NaN, { hasInfinity: true }, false],
    ['1', {}, false],
    [1n, {}, false],
    [null, {}, false],
    [undefined, {}, false],
  ])('%o in %o: %o', (value, range, isIn) => {
    expect(isWithin(value, range)).toBe(isIn)
  })
})
