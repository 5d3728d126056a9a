import { expect, it } from 'vitest'
import { fold, nearest, suggestion } from '../../src/floor/near-miss.js'

const known = ['patience', 'minDelta', 'mode', 'constructor']

it.each([
  ['patience', 'patience'],
  ['patence', 'patience'],
  ['PATIENCE', 'patience'],
  ['min_delta', 'minDelta'],
  ['min-delta ', 'minDelta'],
  ['mod', 'mode'],
  ['node', 'mode'],
  ['moods', undefined],
  ['zzz', undefined],
  ['', undefined],
  ['__proto__', undefined],
])('the nearest to %j is %j', (word, found) => {
  expect(nearest(word, known)).toBe(found)
  expect(suggestion(word, known)).toBe(found === undefined ? '' : ` Did you mean "${found}"?`)
})

it('without candidates there is none', () => {
  expect(nearest('a', [])).toBeUndefined()
  expect(suggestion('a', new Set<string>())).toBe('')
})

it('case, separators and spaces are nothing', () => {
  expect(fold(' Min_Delta-x')).toBe('mindeltax')
})
