import { expect, it } from 'vitest'
import { matcherOf, patternsNear } from '../src/match.js'

it.each([
  ['head/*', ['head/kernel', 'head/a/b'], ['head', 'body/head/kernel', 'heads/kernel']],
  ['*bias', ['bias', 'a/bias'], ['bias/m', 'biases']],
  ['a.b(c)', ['a.b(c)'], ['aXb(c)', 'a.bc']],
  [/norm|bias/g, ['a/bias', 'norm_1/gamma'], ['kernel']],
  [(name: string) => name.length === 1, ['a'], ['ab']],
])('%s matches', (match, names, others) => {
  const matches = matcherOf(match)
  expect([...names, ...names].filter(matches)).toEqual([...names, ...names])
  expect(others.filter(matches)).toEqual([])
})

it('what may have been meant are names, and folders of names', () => {
  expect(patternsNear(['a/b/c', 'a/d', 'e'])).toEqual(['a/b/c', 'a/d', 'e', 'a/*', 'a/b/*'])
})
