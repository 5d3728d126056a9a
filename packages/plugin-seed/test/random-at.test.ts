import { describe, expect, it } from 'vitest'
import { isSamePlace, randomAt } from '../src/places.js'
import table from './helpers/random-at.json' with { type: 'json' }

const place = { kind: 2, period: 0, index: 0 }
const draw = (seed: number, at = place, count = 4) =>
  Array.from({ length: count }, (_, drawn) => randomAt(seed, at, drawn))

const rows = table.rows as [seed: number, expected: number[]][]

/** The table was made by another implementation, in Python's whole numbers. */
describe('the random numbers of a place', () => {
  it.each(rows)('are for seed %d what they were in every version', (seed, expected) => {
    expect(draw(seed, place, 2)).toEqual(expected)
  })

  it('are the first words of the known answer for zeros, as 53 bits', () => {
    const bits = (BigInt(0x6627e8d5 >>> 5) << 26n) | BigInt(0xe169c58d >>> 6)
    const zero = { kind: 0, period: 0, index: 0 }
    expect(BigInt(randomAt(0, zero, 0) * 2 ** 53)).toBe(bits)
  })

  it('differ between seeds, kinds, periods, batches and draws', () => {
    const seeds = [0, 1, 2 ** 32, 2 ** 32 + 1].map((seed) => randomAt(seed, place, 0))
    const places = [{ kind: 3 }, { period: 1 }, { index: 1 }, { index: -1 }].map((other) =>
      randomAt(0, { ...place, ...other }, 0),
    )
    expect(new Set([...seeds, ...places, ...draw(0)]).size).toBe(4 + 4 + 3)
  })

  it('are uniform in [0, 1): 16 boxes of 16000 numbers', () => {
    const boxes = new Array<number>(16).fill(0)
    for (const value of draw(7, place, 16000)) {
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThan(1)
      boxes[Math.floor(value * 16)] = (boxes[Math.floor(value * 16)] ?? 0) + 1
    }
    const chiSquare = boxes.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
    // 15 degrees of freedom: above 37.7 once in a thousand seeds
    expect(chiSquare).toBeLessThan(37.7)
  })

  it('belong to the same place only where kind, period and index agree', () => {
    expect(isSamePlace(place, { ...place })).toBe(true)
    for (const other of [{ kind: 1 }, { period: 1 }, { index: 1 }]) {
      expect(isSamePlace(place, { ...place, ...other })).toBe(false)
    }
  })
})
