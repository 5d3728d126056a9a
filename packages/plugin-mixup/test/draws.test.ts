import { describe, expect, it } from 'vitest'
import { beta, boxOf, permutation, randomAt, shareLeft } from '../src/draws.js'
import { drawMixture } from '../src/mix.js'
import { type MixupOptions, resolveOptions } from '../src/options.js'

const listed = (...numbers: number[]) => {
  const left = [...numbers]
  return () => left.shift() ?? 0
}

describe('draws', () => {
  it('depend on seed, epoch and batch, and on nothing else', () => {
    const places = [0, 1, 7].flatMap((seed) => [0, 1].map((epoch) => [seed, epoch] as const))
    const first = (seed: number, epoch: number, batch: number) => randomAt(seed, epoch, batch)()
    const all = places.flatMap(([seed, epoch]) => [0, 1, 2].map((n) => first(seed, epoch, n)))
    expect(new Set(all).size).toBe(18)
    expect(first(7, 1, 2)).toBe(first(7, 1, 2))
    expect(all.every((value) => value >= 0 && value < 1)).toBe(true)
  })

  it.each([0.1, 0.4, 1, 3])('of Beta(%d, same) have its mean and variance', (alpha) => {
    const random = randomAt(1, 2, 3)
    const values = Array.from({ length: 20_000 }, () => beta(alpha, random))
    const mean = values.reduce((sum, value) => sum + value) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    expect(mean).toBeCloseTo(0.5, 1.7)
    expect(variance / (1 / (4 * (2 * alpha + 1)))).toBeCloseTo(1, 1)
  })

  it('of a tiny alpha are at the ends', () => {
    const random = randomAt(1, 1, 1)
    const values = Array.from({ length: 50 }, () => beta(1e-6, random))
    expect(new Set(values)).toEqual(new Set([0, 1]))
  })

  it('of an order have each row once', () => {
    expect(permutation(4, listed(0.1, 0.9, 0.4))).toEqual([1, 3, 2, 0])
    expect(permutation(50, randomAt(0, 0, 0)).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, index) => index),
    )
  })

  it('of a box are cut at the edges', () => {
    // A quarter of 8 × 4: half sides of 2 rows and 1 column, around row 7 and column 0.
    const box = boxOf(0.75, 8, 4, listed(0.9, 0.1))
    expect(box).toEqual({ top: 5, bottom: 8, left: 0, right: 1 })
    expect(shareLeft(box, 8, 4)).toBe(1 - 3 / 32)
  })
})

describe('a batch is', () => {
  const kindOf = (options: MixupOptions, ...numbers: number[]) => {
    const shape = { shape: [2, 4, 4, 1], dtype: 'float32' as const }
    const random = randomAt(5, 5, 5)
    const left = [...numbers]
    const mixture = drawMixture(resolveOptions(options), shape, () => left.shift() ?? random())
    return mixture === undefined ? 'left' : mixture.box ? 'cut' : 'mixed'
  }
  it.each<[MixupOptions, number[], string]>([
    [{ alpha: 1 }, [0], 'mixed'],
    [{ cutmix: 1 }, [0], 'cut'],
    [{ smoothing: 0.1 }, [], 'left'],
    [{ alpha: 1, cutmix: 1 }, [0.4, 0], 'cut'],
    [{ alpha: 1, cutmix: 1 }, [0.6, 0], 'mixed'],
    [{ alpha: 1, probability: 0.3 }, [0.2], 'mixed'],
    [{ alpha: 1, probability: 0.3 }, [0.3], 'left'],
    [{ alpha: 1, probability: 0 }, [0], 'left'],
  ])('with %j and the draws %j %s', (options, numbers, expected) => {
    expect(kindOf(options, ...numbers)).toBe(expected)
  })
})

describe('options', () => {
  it.each<[unknown, string]>([
    [{}, '"alpha" is missing; expected at least one of "alpha", "cutmix" and "smoothing"'],
    [{ alpha: 0 }, '"alpha" is 0; expected'],
    [{ cutmix: -1 }, '"cutmix" is -1; expected'],
    [{ smoothing: 1 }, '"smoothing" is 1; expected'],
    [{ alpha: 1, classes: 1 }, '"classes" is 1; expected'],
    [{ alpha: 1, probability: 2 }, '"probability" is 2; expected'],
    [{ alpha: 1, seed: 0.5 }, '"seed" is 0.5; expected'],
    [{ alpa: 1 }, 'Did you mean "alpha"?'],
  ])('%j are an error at construction', (wrong, text) => {
    expect(() => resolveOptions(wrong as MixupOptions)).toThrow(text)
  })
})
