import { describe, expect, it } from 'vitest'
import { parseNumber } from '../../src/library/number-text.js'

const parse = (text: string) => {
  const bytes = Buffer.from(`x${text}y`)
  return parseNumber(bytes, 1, bytes.length - 1)
}

describe('a number in a table', () => {
  it.each([
    ['0', 0],
    ['-0', -0],
    ['12', 12],
    ['-3.5', -3.5],
    ['0.1', 0.1],
    ['1.7976931348623157e+308', Number.MAX_VALUE],
    ['5e-324', 5e-324],
    ['9007199254740993', 9007199254740992],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
  ])('%s', (text, value) => {
    expect(parse(text)).toBe(value)
  })

  it.each([
    '',
    ' ',
    'abc',
    '1.2.3',
    '--1',
    '1,2',
    '0x10',
    '0b1',
    '0o7',
    '-0x1',
    ' 1',
    '1 ',
    '.',
    '-',
    'n',
    'inf',
  ])('is not "%s"', (text) => {
    expect(parse(text)).toBeUndefined()
  })

  it('has the bits that Number gives, for numbers of all sizes', () => {
    let state = 1
    const random = () => {
      state = (state * 48271) % 2147483647
      return state / 2147483647
    }
    for (let at = 0; at < 20_000; at++) {
      const value = (random() - 0.5) * 10 ** Math.floor(random() * 40 - 20)
      const text = at % 2 ? String(value) : value.toPrecision(1 + Math.floor(random() * 15))
      expect(parse(text)).toBe(Number(text))
    }
  })
})
