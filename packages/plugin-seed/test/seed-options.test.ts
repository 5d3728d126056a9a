import { describe, expect, it } from 'vitest'
import { type SeedOptions, seed } from '../src/index.js'
import { checkedSeed } from '../src/seed.js'

describe('the seed', () => {
  it.each([0, 1, 42, 2 ** 32, Number.MAX_SAFE_INTEGER])('may be %d, alone or as an option', (n) => {
    expect(checkedSeed(n)).toBe(n)
    expect(checkedSeed({ seed: n })).toBe(n)
  })

  it.each([
    ['NaN', Number.NaN, 'NaN'],
    ['a fraction', 1.5, '1.5'],
    ['a negative number', -1, '-1'],
    ['a number that is not exact', 2 ** 53, '9007199254740992'],
    ['an infinity', Number.POSITIVE_INFINITY, 'Infinity'],
    ['text', '42', '"42"'],
    ['a bigint', 42n, '42n'],
    ['nothing', undefined, 'missing'],
    ['null', null, 'null'],
    ['true', true, 'true'],
    ['a list', [1], '[1]'],
  ])('cannot be %s', (_, value, quoted) => {
    const text = `seed: "seed" is ${quoted}; expected an integer from 0 to 9007199254740991`
    const wrong = expect.objectContaining({
      code: 'REG_OPTION_INVALID',
      message: expect.stringContaining(text),
    })
    expect(() => seed(value as number)).toThrow(wrong)
    expect(() => seed({ seed: value as number })).toThrow(wrong)
  })

  it('has to be there', () => {
    expect(() => seed({} as SeedOptions)).toThrow(/"seed" is missing/)
  })

  it('is the only option', () => {
    const wrong = expect.objectContaining({
      code: 'REG_OPTION_UNKNOWN',
      message: expect.stringContaining('seed: "workers" is not known'),
    })
    expect(() => seed({ seed: 1, workers: true } as SeedOptions)).toThrow(wrong)
  })
})
