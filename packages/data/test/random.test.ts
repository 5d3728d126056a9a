import { describe, expect, test, vi } from 'vitest'
import { randomSeed, shuffledIndices } from '../src/random.js'

const order = (count: number, seed: number, stream: number) => [
  ...shuffledIndices(count, { seed, stream }),
]

const GOLDEN = {
  zero: [8, 4, 5, 9, 2, 7, 6, 1, 0, 3],
  seedOne: [9, 0, 7, 5, 1, 6, 2, 8, 3, 4],
  streamOne: [3, 4, 1, 8, 5, 7, 6, 9, 2, 0],
  highSeed: [0, 6, 7, 9, 4, 2, 1, 5, 8, 3],
}

describe('shuffledIndices', () => {
  test.each([
    [1, 0, 0],
    [2, 1, 0],
    [10, 42, 7],
    [1000, 2 ** 40 + 3, 2 ** 32 - 1],
  ])('holds each of %i numbers once (seed %i, stream %i)', (count, seed, stream) => {
    const sorted = order(count, seed, stream).sort((a, b) => a - b)
    expect(sorted).toEqual(Array.from({ length: count }, (_, index) => index))
  })

  test('is empty for no rows', () => {
    expect(order(0, 1, 1)).toEqual([])
  })

  test('never changes between versions, so that old checkpoints stay resumable', () => {
    expect(order(10, 0, 0)).toEqual(GOLDEN.zero)
    expect(order(10, 1, 0)).toEqual(GOLDEN.seedOne)
    expect(order(10, 1, 1)).toEqual(GOLDEN.streamOne)
    expect(order(10, 2 ** 32, 0)).toEqual(GOLDEN.highSeed)
  })

  test('is the same when made twice and another for every other seed and stream', () => {
    const orders = new Set<string>()
    for (const seed of [0, 1, 2, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]) {
      for (let stream = 0; stream < 50; stream++) {
        expect(order(30, seed, stream)).toEqual(order(30, seed, stream))
        orders.add(order(30, seed, stream).join())
      }
    }
    expect(orders.size).toBe(6 * 50)
  })

  test('puts every number in every place about equally often over the epochs', () => {
    const [count, epochs] = [8, 8000]
    const seen = Array.from({ length: count * count }, () => 0)
    for (let stream = 0; stream < epochs; stream++) {
      for (const [place, index] of order(count, 5, stream).entries()) {
        const cell = place * count + index
        seen[cell] = (seen[cell] ?? 0) + 1
      }
    }
    const expected = epochs / count
    const chiSquare = seen.reduce((sum, found) => sum + (found - expected) ** 2 / expected, 0)
    expect(chiSquare).toBeLessThan(85) // 49 degrees of freedom: 85.4 is exceeded once in a thousand
    expect(chiSquare).toBeGreaterThan(23)
  })
})

describe('randomSeed', () => {
  test.each([
    [0, 0],
    [0.5, 2 ** 31],
    [1 - Number.EPSILON, 2 ** 32 - 1],
  ])('takes Math.random %f to the seed %i', (random, seed) => {
    vi.spyOn(Math, 'random').mockReturnValue(random)
    expect(randomSeed()).toBe(seed)
  })
})
