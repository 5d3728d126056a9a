import { describe, expect, it } from 'vitest'
import { choice, int, logInt, logUniform, uniform } from '../src/index.js'
import { dimensionOf, levelsOf, placeOf, valueAt } from '../src/space.js'

describe('a parameter', () => {
  it.each([
    [uniform(2, 4), [2, 3, 4]],
    [logUniform(0.01, 1), [0.01, 0.1, 1]],
    [int(1, 3), [1, 2, 3]],
    [logInt(1, 64), [1, 6, 64]],
    [choice('a', null, [1]), ['a', null, [1]]],
  ])('%o is at both ends and in the middle', (parameter, wanted) => {
    const dimension = dimensionOf('x', parameter)
    const found = [0, 0.5, 1 - 1e-12].map((place) => valueAt(dimension, place))
    for (const [index, value] of found.entries()) {
      if (typeof value === 'number') expect(value).toBeCloseTo(wanted[index] as number, 6)
      else expect(value).toEqual(wanted[index])
    }
  })

  it('has the place of its value', () => {
    for (const parameter of [uniform(-1, 7), logUniform(1e-5, 10)]) {
      const dimension = dimensionOf('x', parameter)
      for (const place of [0, 0.3, 0.9])
        expect(placeOf(dimension, valueAt(dimension, place))).toBeCloseTo(place, 9)
    }
  })

  it('gives each integer the same share', () => {
    const dimension = dimensionOf('x', int(1, 4))
    const counts = [0, 0, 0, 0]
    for (let index = 0; index < 400; index++) {
      const value = valueAt(dimension, (index + 0.5) / 400) as number
      counts[value - 1] = (counts[value - 1] as number) + 1
    }
    expect(counts).toEqual([100, 100, 100, 100])
  })

  it.each([
    [uniform(0, 1, 3), [0, 0.5, 1]],
    [uniform(0, 1, 1), [0]],
    [int(2, 5), [2, 3, 4, 5]],
    [int(0, 10, 3), [0, 5, 10]],
    [int(1, 2, 5), [1, 2]],
    [choice(true, false), [true, false]],
  ])('%o has the levels %j', (parameter, levels) => {
    expect(levelsOf(dimensionOf('x', parameter), 'x')).toEqual(levels)
  })

  it.each([
    [{ uniform: [1, 0] }, 'two numbers, the lower first'],
    [{ uniform: [0, Number.POSITIVE_INFINITY] }, 'two numbers'],
    [{ uniform: [0] }, 'two numbers'],
    [{ logUniform: [0, 1] }, 'two positive numbers'],
    [{ int: [0.5, 2] }, 'two integers'],
    [{ logInt: [0, 2] }, 'two positive integers'],
    [{ choice: [] }, 'a list of values'],
    [{ choice: [1, 1] }, 'different JSON values'],
    [{ unifrom: [0, 1] }, 'Did you mean "uniform"?'],
    [{ uniform: [0, 1], int: [0, 1] }, 'expected one of'],
    [{ uniform: [0, 1], levels: 0 }, 'expected a positive integer'],
    [{ choice: [1], levels: 2 }, 'expected one of'],
    [3, 'is 3; expected one of'],
    [null, 'is null; expected one of'],
  ])('%j is refused', (parameter, text) => {
    expect(() => dimensionOf('hparams.x', parameter)).toThrow(text)
    expect(() => dimensionOf('hparams.x', parameter)).toThrow('"hparams.x"')
  })

  it('needs levels in a grid where it has no end of values', () => {
    expect(() => levelsOf(dimensionOf('x', uniform(0, 1)), 'x')).toThrow('without "levels"')
  })
})
