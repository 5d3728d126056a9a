import { describe, expect, test } from 'vitest'
import { checkKeys, checkSeed, quote, quoteAll } from '../src/checks.js'

describe('quote', () => {
  test.each([
    ['x', '"x"'],
    [3, '3'],
    [Number.NaN, 'NaN'],
    [3n, '3n'],
    [null, 'null'],
    [undefined, 'undefined'],
    [[1, 2], '[1,2]'],
    [{ a: 1 }, '{"a":1}'],
    [new Map(), 'Map'],
    [Math.max, 'function max'],
    [() => 1, 'function (anonymous)'],
  ])('writes %s as %s', (value, text) => {
    expect(quote(value)).toBe(text)
  })

  test('cuts what is long and survives a cycle', () => {
    const cycle: unknown[] = []
    cycle.push(cycle)
    expect(quote('x'.repeat(10))).toHaveLength(12)
    expect(quote(Array.from({ length: 100 }, () => 1))).toHaveLength(80)
    expect(quote(cycle)).toBe('object')
  })
})

test('quoteAll lists names, or says that there are none', () => {
  expect(quoteAll(['a', 'b'])).toBe('"a", "b"')
  expect(quoteAll([])).toBe('none')
})

describe('checkKeys', () => {
  const known = ['batchSize', 'shuffle', 'seed', 'dropLast']

  test.each([
    ['batchsize', 'batchSize'],
    ['batch_size', 'batchSize'],
    ['shufle', 'shuffle'],
    ['dropLats', 'dropLast'],
    ['sed', 'seed'],
  ])('suggests for %s the option %s', (key, near) => {
    expect(() => checkKeys({ [key]: 1 }, known, 'arrayLoader')).toThrow(
      `arrayLoader has no option "${key}". Did you mean "${near}"? It has batchSize, shuffle, seed, dropLast.`,
    )
  })

  test('suggests nothing where nothing is near', () => {
    expect(() => checkKeys({ workers: 1 }, known, 'arrayLoader')).toThrow(
      'arrayLoader has no option "workers". It has batchSize, shuffle, seed, dropLast.',
    )
  })

  test.each([[null], [[]], [32]])('refuses %s for options', (options) => {
    expect(() => checkKeys(options, known, 'arrayLoader')).toThrow('give an object.')
  })
})

test.each([[Number.NaN], [-1], [1.5], [2 ** 53], [Number.POSITIVE_INFINITY]])(
  'checkSeed refuses %s',
  (seed) => {
    expect(() => checkSeed(seed, 'split')).toThrow(`The seed of split is ${seed}; give`)
  },
)
