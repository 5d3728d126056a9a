import { expect, it } from 'vitest'
import { quote, quoteAll } from '../../src/floor/quote.js'

const cycle: unknown[] = []
cycle.push(cycle)

it.each<[value: unknown, text: string]>([
  [undefined, 'undefined'],
  [null, 'null'],
  [true, 'true'],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
  [-1.5, '-1.5'],
  [10n, '10n'],
  ['', '""'],
  ['a"b', '"a\\"b"'],
  [[1, 'a'], '[1,"a"]'],
  [{ a: 1 }, '{"a":1}'],
  [Object.create(null), 'object'],
  [new Map(), 'Map'],
  [new Float32Array(2), 'Float32Array'],
  [cycle, 'object'],
  [function named() {}, 'function named'],
  [() => 1, 'function (anonymous)'],
  [Symbol('s'), 'Symbol(s)'],
  ['x'.repeat(78), `"${'x'.repeat(78)}"`],
  ['x'.repeat(79), `"${'x'.repeat(76)}...`],
])('%# is written as in code', (value, text) => {
  expect(quote(value)).toBe(text)
})

it.each([
  [[], 'none'],
  [['a'], '"a"'],
  [['a', ''], '"a", ""'],
])('the names %o are %s', (names, text) => {
  expect(quoteAll(names)).toBe(text)
})
