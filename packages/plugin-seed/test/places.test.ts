import type { RunState, SyncSectionKind } from '@regimen/core'
import { describe, expect, it } from 'vitest'
import { isSamePlace, placeOf, randomAt, seededPlaces } from '../src/places.js'
import table from './helpers/random-at.json' with { type: 'json' }

const fitting = {
  stage: 'fit',
  isSanityCheck: false,
  epoch: 3,
  batch: 5,
  step: 29,
  samples: 116,
  validations: 2,
} as RunState

type Row = readonly [SyncSectionKind, number, Partial<RunState>, readonly [number, number, number]]
const sections: readonly Row[] = [
  ['module', 0, {}, [0, 0, 0]],
  ['data', 0, {}, [1, 0, 0]],
  ['step', 0, {}, [2, 3, 5]],
  ['loader', -1, {}, [3, 3, -1]],
  ['loader', 6, {}, [3, 3, 6]],
  ['evaluation', 0, {}, [4, 2, 0]],
  ['evaluation', 0, { isSanityCheck: true, validations: 0 }, [4, 0, 1]],
  ['evaluation', 0, { stage: 'validate' }, [4, 0, 2]],
  ['evaluation', 0, { stage: 'test' }, [4, 0, 3]],
  ['evaluation', 0, { stage: 'predict' }, [4, 0, 4]],
]

describe('the place of a section', () => {
  it.each(sections)('%s %d with %o is kind, period, index %o', (kind, index, state, expected) => {
    const place = placeOf(kind, index, { ...fitting, ...state })
    expect([place.kind, place.period, place.index]).toEqual(expected)
  })
})

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

const step = (index: number) => ({ kind: 2, period: 0, index })
const loader = (index: number) => ({ kind: 3, period: 0, index })

describe('places', () => {
  it('go on where they were left, whatever other kinds draw in between', () => {
    const alone = seededPlaces(1)
    const expected = [alone.draw(step(0)), alone.draw(step(0)), alone.draw(step(1))]
    const mixed = seededPlaces(1)
    const drawn = [mixed.draw(step(0))]
    mixed.draw(loader(0))
    drawn.push(mixed.draw(step(0)))
    mixed.draw(loader(1))
    drawn.push(mixed.draw(step(1)))
    expect(drawn).toEqual(expected)
    expect(new Set(drawn).size).toBe(3)
  })

  it('do not depend on how much the places before them drew', () => {
    const [greedy, modest] = [seededPlaces(1), seededPlaces(1)]
    for (let drawn = 0; drawn < 100; drawn++) greedy.draw(step(0))
    expect(greedy.draw(step(1))).toBe(modest.draw(step(1)))
  })

  it('know their seed', () => {
    expect(seededPlaces(5).seed).toBe(5)
  })
})
