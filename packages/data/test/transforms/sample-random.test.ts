import { describe, expect, test } from 'vitest'
import { batchRandom } from '../../src/transforms/sample-random.js'

const numbers = (place: Partial<Parameters<typeof batchRandom>[0]>, row = 0) => {
  const random = batchRandom({ seed: 1, epoch: 0, samples: 0, rows: 4, ...place }).sample(row)
  return [random.uniform(), random.uniform(), random.normal()]
}

describe('the numbers of a sample', () => {
  test('depend on its position in the epoch, not on the batch it is in', () => {
    expect(numbers({ samples: 6 }, 1)).toEqual(numbers({ samples: 4 }, 3))
  })

  test('are others for each seed, epoch and position', () => {
    const all = new Set<string>()
    for (const seed of [0, 1, 2 ** 32, 2 ** 40 + 1])
      for (let epoch = 0; epoch < 10; epoch++)
        for (let row = 0; row < 10; row++) all.add(numbers({ seed, epoch }, row).join())
    expect(all.size).toBe(4 * 10 * 10)
  })

  test('go on from call to call', () => {
    const random = batchRandom({ seed: 1, epoch: 0, samples: 0, rows: 1 })
    const drawn = [random.sample(0).uniform(), random.sample(0).uniform()]
    expect(drawn).toEqual(numbers({}).slice(0, 2))
    expect(drawn[0]).not.toBe(drawn[1])
  })

  test('have the distributions that they say', () => {
    const random = batchRandom({ seed: 5, epoch: 1, samples: 0, rows: 1 }).sample(0)
    const draw = (next: () => number) => Array.from({ length: 20_000 }, next)
    const mean = (values: readonly number[]) =>
      values.reduce((sum, value) => sum + value, 0) / values.length
    const uniform = draw(() => random.uniform(2, 4))
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(2)
    expect(Math.max(...uniform)).toBeLessThan(4)
    expect(mean(uniform)).toBeCloseTo(3, 1)
    const normal = draw(() => random.normal())
    expect(Math.abs(mean(normal))).toBeLessThan(0.03)
    expect(mean(normal.map((value) => value ** 2))).toBeCloseTo(1, 1)
    expect(new Set(draw(() => random.integer(3)))).toEqual(new Set([0, 1, 2]))
    expect(mean(draw(() => Number(random.chance(0.25))))).toBeCloseTo(0.25, 1)
  })
})
