import { describe, expect, it } from 'vitest'
import { downsample } from '../../src/curves/downsample.js'

const wave = Array.from({ length: 10_000 }, (_, at) => Math.sin(at / 50))

describe('the points to draw', () => {
  it.each([
    ['all, if they are few', [1, 2, 3], { from: 0, to: 3, limit: 10 }, [0, 1, 2]],
    ['those of a part', [1, 2, 3, 4], { from: 1, to: 3, limit: 10 }, [1, 2]],
    ['none of nothing', [], { from: 0, to: 0, limit: 10 }, []],
    [
      'ends, lowest and highest in order',
      [0, 1, 9, 2, -5, 3, 0],
      { from: 0, to: 7, limit: 4 },
      [0, 2, 4, 6],
    ],
    [
      'a gap where nothing is finite',
      [1, Number.NaN, Number.NaN, Number.NaN, Number.NaN, 2],
      { from: 0, to: 6, limit: 4 },
      [0, 1, 5],
    ],
  ])('are %s', (_, values, window, expected) => {
    expect(downsample(values, window)).toEqual(expected)
  })

  it('are at most as many as the limit, ascending, and lose no spike', () => {
    const values = [...wave]
    values[4321] = 100
    values[7777] = -100
    for (const limit of [4, 5, 100, 999, 1000]) {
      const kept = downsample(values, { from: 0, to: values.length, limit })
      expect(kept.length).toBeLessThanOrEqual(limit)
      expect(kept).toEqual([...new Set(kept)].sort((one, other) => one - other))
      expect(kept).toEqual(expect.arrayContaining([0, 4321, 7777, 9999]))
    }
  })
})
