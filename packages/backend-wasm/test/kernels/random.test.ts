import { installGradients } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { footprint, kernel, prepare, random } from '../support/compare.js'
import { litter } from '../support/litter.js'

beforeAll(async () => {
  await prepare()
  installGradients()
})
afterEach(() => vi.restoreAllMocks())

const seedOf = (value: number) => tf.tensor1d([value], 'int32')
const dropped = (x: tf.Tensor, seed: tf.Tensor, rate: number) =>
  kernel('RandomDropout', { x, seed }, { rate })
const normal = (shape: number[], seed: number, mean = 0, deviation = 1) =>
  kernel('RandomNormal', { seed: seedOf(seed) }, { shape, mean, deviation })

describe('a seed', () => {
  it('is made of one Math.random', () => {
    const draw = vi.spyOn(Math, 'random').mockReturnValueOnce(0.75).mockReturnValueOnce(0.25)
    const seeds = [kernel('RandomSeed', {}), kernel('RandomSeed', {})]
    expect(seeds.map((seed) => seed.dataSync()[0])).toEqual([-(2 ** 30), 2 ** 30])
    expect(draw).toHaveBeenCalledTimes(2)
  })
})

describe('dropout', () => {
  const ones = (count: number) => tf.ones([count])

  it.each([0.1, 0.3, 0.5, 0.9])('drops the share %s, within 4 standard errors', (rate) => {
    const count = 200_003
    const values = dropped(ones(count), seedOf(7), rate).dataSync()
    const share = values.filter((value) => value === 0).length / count
    expect(Math.abs(share - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / count))
    const kept = Math.fround(1 / (1 - rate))
    expect(values.every((value) => value === 0 || value === kept)).toBe(true)
  })

  it('is the words of Philox4x32-10, as its authors publish them', () => {
    // Random123, kat_vectors: philox4x32 10, counter and key 0
    const first = [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]
    first.forEach((word, i) => {
      const isKept = (rate: number) => dropped(ones(16), seedOf(0), rate).dataSync()[4 * i] !== 0
      expect(isKept((word - 1) / 2 ** 32)).toBe(true)
      expect(isKept((word + 1) / 2 ** 32)).toBe(false)
    })
  })

  it.each([0, 1, 2, 3, 5, 15, 16, 17, 31, 33])(
    'of %i values is the start of a longer one',
    (count) => {
      litter()
      const some = dropped(ones(count), seedOf(-5), 0.5).dataSync()
      const all = dropped(ones(40_000), seedOf(-5), 0.5).dataSync()
      expect([...some]).toEqual([...all.slice(0, count)])
    },
  )

  it('has other masks for other seeds, and neighbours that do not depend on each other', () => {
    const count = 100_000
    const centred = (seed: number) =>
      [...dropped(ones(count), seedOf(seed), 0.5).dataSync()].map((value) => value - 1)
    const correlation = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0) / count
    const [a, b] = [centred(1), centred(2)]
    const limit = 4 / Math.sqrt(count)
    expect(Math.abs(correlation(a, b))).toBeLessThan(limit)
    for (const lag of [1, 2, 4, 16, 64]) {
      expect(Math.abs(correlation(a, a.slice(lag)))).toBeLessThan(limit)
    }
  })

  it('multiplies the gradient with the mask of the values', () => {
    const before = footprint()
    tf.tidy(() => {
      const x = random([37, 5])
      const seed = seedOf(11)
      const dy = random([37, 5], 2)
      const slopes = tf.grad((v) => tf.sum(tf.mul(dropped(v, seed, 0.4), dy)))(x)
      expect([...slopes.dataSync()]).toEqual([...dropped(dy, seed, 0.4).dataSync()])
    })
    expect(footprint()).toEqual(before)
  })

  it('keeps NaN and infinities as a product with the mask does', () => {
    const x = tf.fill([64], Number.NaN)
    expect(dropped(x, seedOf(3), 0.5).dataSync().every(Number.isNaN)).toBe(true)
  })

  it('takes another scale', () => {
    const out = kernel('RandomDropout', { x: ones(64), seed: seedOf(3) }, { rate: 0.5, scale: 1 })
    expect(new Set(out.dataSync())).toEqual(new Set([0, 1]))
  })
})

describe('normal numbers', () => {
  it('have the mean, the deviation and the tails of a normal distribution', () => {
    const count = 200_000
    const values = [...normal([count], 5, 3, 2).dataSync()].map((value) => (value - 3) / 2)
    const moment = (power: number) => values.reduce((sum, z) => sum + z ** power, 0) / count
    expect(Math.abs(moment(1))).toBeLessThan(4 / Math.sqrt(count))
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / count))
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / count))
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / count))
    const within = values.filter((z) => Math.abs(z) < 1).length / count
    expect(Math.abs(within - 0.682689)).toBeLessThan(4 * Math.sqrt(0.2166 / count))
  })

  it('are those of Box and Muller from the words of Philox', () => {
    const [first, second, third, fourth] = [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]
    const pair = (a: number, b: number) => {
      const radius = Math.sqrt(-2 * Math.log(((a >>> 8) + 1) / 2 ** 24))
      const angle = (2 * Math.PI * (b >>> 8)) / 2 ** 24
      return [radius * Math.cos(angle), radius * Math.sin(angle)]
    }
    const expected = [...pair(first, second), ...pair(third, fourth)]
    const values = normal([16], 0).dataSync()
    for (const [i, value] of expected.entries()) expect(values[4 * i]).toBeCloseTo(value, 5)
  })

  it('do not depend on how many there are', () => {
    litter()
    const all = normal([100_001], 9).dataSync()
    for (const count of [0, 1, 3, 17]) {
      expect([...normal([count], 9).dataSync()]).toEqual([...all.slice(0, count)])
    }
  })
})
