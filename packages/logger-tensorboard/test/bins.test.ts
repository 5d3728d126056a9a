import { expect, it } from 'vitest'
import { binsOf } from '../src/bins.js'

it.each([
  [[0, 1, 2, 3, 4], 2, { edges: [0, 2, 4], counts: [2, 3] }],
  [[-1, 1], 4, { edges: [-1, -0.5, 0, 0.5, 1], counts: [1, 0, 0, 1] }],
  [[3, 3, 3], 30, { edges: [2.5, 3.5], counts: [3] }],
  [[Number.NaN, 1, Number.POSITIVE_INFINITY, 2], 1, { edges: [1, 2], counts: [2] }],
  [[Number.NaN], 3, undefined],
  [[], 3, undefined],
])('the bins of %j, %d of them', (values, count, expected) => {
  expect(binsOf(values, count)).toEqual(expected)
})

it('count every value once', () => {
  const values = Float32Array.from({ length: 1000 }, (_, at) => Math.fround(Math.sin(at) / 3))
  const { edges = [], counts = [] } = binsOf(values, 30) ?? {}
  expect(counts.reduce((sum, count) => sum + count)).toBe(1000)
  expect([edges.length, edges[0], edges.at(-1)]).toEqual([
    31,
    Math.min(...values),
    Math.max(...values),
  ])
})
