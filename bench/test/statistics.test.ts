import { expect, it } from 'vitest'
import { median, quantile, slope } from '../src/statistics.js'

it('the median of an even number of values lies between the middle two', () => {
  expect(median([9, 1, 3, 5])).toBe(4)
  expect(median([2])).toBe(2)
})

it('a quantile lies between its neighbours by proportion', () => {
  expect(quantile([0, 10, 20, 30, 40], 0.25)).toBe(10)
  expect(quantile([0, 10], 0.75)).toBe(7.5)
})

it('the slope is that of the least squares', () => {
  expect(slope([0, 1, 2, 3].map((x) => [x, 5 - 2 * x]))).toBe(-2)
  expect(
    slope([
      [0, 0],
      [1, 2],
      [2, 1],
    ]),
  ).toBe(0.5)
})
