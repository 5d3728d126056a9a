import { expect, it } from 'vitest'
import { quote, quoteAll, suggestion } from '../src/near-miss.js'

it.each([
  ['a', '"a"'],
  [Number.NaN, 'NaN'],
  [undefined, 'undefined'],
  [1n, '1n'],
  [/a/g, '/a/g'],
  [{ a: 1 }, '{"a":1}'],
  [function named() {}, 'function named'],
  [{ a: 1n }, 'an object'],
  [{ a: 'x'.repeat(99) }, `{"a":"${'x'.repeat(71)}...`],
])('%o is quoted as %s', (value, text) => expect(quote(value)).toBe(text))

it('a list has at most ten names', () => {
  expect(quoteAll([])).toBe('none')
  expect(quoteAll(['a', 'b'])).toBe('"a", "b"')
  expect(quoteAll(Array.from({ length: 12 }, () => 'a'))).toMatch(/"a" and 2 more$/)
})

it.each([
  ['haed/*', ' Did you mean "head/*"?'],
  ['HEAD', ' Did you mean "head"?'],
  ['nothing', ''],
])('near to %s is%s', (word, text) => {
  expect(suggestion(word, ['head', 'head/*', 'body'])).toBe(text)
})
