import { expect, it } from 'vitest'
import { cell, facts, numberText, table } from '../../src/card/markdown.js'

it.each([
  ['a|b', 'a\\|b'],
  ['<img src=x>', '&lt;img src=x>'],
  ['two\nlines  here', 'two lines here'],
  [null, 'null'],
])('the text of %j in a cell is %j', (value, text) => {
  expect(cell(value)).toBe(text)
})

it('a table without rows is nothing, and facts without a value are left out', () => {
  expect(table(['a'], [])).toBe('')
  expect(table(['a', 'b'], [[1, 'x']])).toBe('| a | b |\n| --- | --- |\n| 1 | x |')
  expect(
    facts([
      ['a', 1],
      ['b', undefined],
      ['c', ''],
    ]),
  ).toBe('- a: 1')
})

it.each([
  [0.123456789, '0.12346'],
  [12, '12'],
  [1e-9 / 3, '3.3333e-10'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
  [undefined, 'undefined'],
])('%s is written %s', (value, text) => {
  expect(numberText(value)).toBe(text)
})
