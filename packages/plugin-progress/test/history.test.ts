import { describe, expect, it } from 'vitest'
import { type Range, widened } from '../src/history.js'

const rangeOf = (values: readonly number[]) =>
  values.reduce<Range | undefined>(
    (range, value, index) => widened(range, value, index + 1),
    undefined,
  )

type Ends = readonly [value: number, epoch: number] | undefined

describe('the range of values', () => {
  it.each<[values: readonly number[], low: Ends, high: Ends]>([
    [[3], [3, 1], [3, 1]],
    [
      [3, 1, 2],
      [1, 2],
      [3, 1],
    ],
    // Of equal values the first stays.
    [
      [1, 1, 1],
      [1, 1],
      [1, 1],
    ],
    [
      [0, -0],
      [0, 1],
      [0, 1],
    ],
    [
      [-1, -2],
      [-2, 2],
      [-1, 1],
    ],
    // NaN is counted and never extreme.
    [[Number.NaN], undefined, undefined],
    [
      [Number.NaN, 2],
      [2, 2],
      [2, 2],
    ],
    [
      [2, Number.NaN, 1],
      [1, 3],
      [2, 1],
    ],
    [
      [Number.POSITIVE_INFINITY, 0, Number.NEGATIVE_INFINITY],
      [Number.NEGATIVE_INFINITY, 3],
      [Number.POSITIVE_INFINITY, 1],
    ],
  ])('%o', (values, low, high) => {
    const end = (ends: Ends) => ends && { value: ends[0], epoch: ends[1] }
    expect(rangeOf(values)).toEqual({ low: end(low), high: end(high), count: values.length })
  })

  it('of none is none', () => {
    expect(rangeOf([])).toBeUndefined()
  })
})
