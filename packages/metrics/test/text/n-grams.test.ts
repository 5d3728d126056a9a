import { expect, it } from 'vitest'
import { matches } from '../../src/text/n-grams.js'

const words = (text: string) => text.split(' ')

it.each([
  ['the the the', ['the cat'], 1, 1, 3],
  ['the cat sat', ['the cat', 'cat sat down'], 2, 2, 2],
  ['a', ['a b'], 2, 0, 0],
  ['b a', ['a b'], 2, 0, 1],
])('%j of %j in sequences of %d', (text, references, length, found, all) => {
  expect(matches(words(text), references.map(words), length)).toEqual({ found, all })
})

it('tokens that are numbers are no words', () => {
  expect(matches([1, 2], [['1', '2']], 1).found).toBe(0)
})
