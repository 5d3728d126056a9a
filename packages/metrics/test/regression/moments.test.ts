import { expect, it } from 'vitest'
import { addMoments, MOMENTS } from '../../src/regression/moments.js'

/** The sums of a batch of pairs, from its first. */
function batchOf(pairs: readonly (readonly [number, number])[]): number[] {
  const [nearX, nearY] = pairs[0] ?? [0, 0]
  const apart = pairs.map(([x, y]) => [x - nearX, y - nearY, x - y] as const)
  const sumOf = (value: (x: number, y: number, error: number) => number) =>
    apart.reduce((sum, one) => sum + value(...one), 0)
  return [
    pairs.length,
    nearX,
    nearY,
    sumOf((x) => x),
    sumOf((_, y) => y),
    sumOf((x) => x * x),
    sumOf((_, y) => y * y),
    sumOf((x, y) => x * y),
    sumOf((_, __, error) => error * error),
  ]
}

it('moments of batches of any size are those of all', () => {
  const pairs = [1, 4, 2, 8, 5, 7].map((x, index) => [1e9 + x, index * x] as const)
  const whole = new Float64Array(MOMENTS)
  addMoments(whole, batchOf(pairs), 1)
  const split = new Float64Array(MOMENTS)
  for (const [from, to] of [
    [0, 1],
    [1, 4],
    [4, 6],
  ] as const)
    addMoments(split, batchOf(pairs.slice(from, to)), 1)
  addMoments(split, batchOf([]), 1)
  for (const [index, value] of whole.entries()) expect(split[index]).toBeCloseTo(value, 6)
  expect(whole[3]).toBeCloseTo(37.5, 6)
})
