import { describe, expect, it } from 'vitest'
import { listed, nearMiss, oneOf, UsageError } from '../src/usage-error.js'

const known = ['digits', 'table', 'text']

describe('a near miss', () => {
  it.each([
    ['digit', ' Did you mean "digits"?'],
    ['Tables', ' Did you mean "table"?'],
    ['test', ' Did you mean "text"?'],
    ['images', ''],
    ['', ''],
  ])('of %j is %j', (word, hint) => {
    expect(nearMiss(word, known)).toBe(hint)
  })

  it('of nothing is nothing', () => {
    expect(nearMiss('digits', [])).toBe('')
  })
})

it.each([
  [['a'], '"a"'],
  [['a', 'b'], '"a" or "b"'],
  [['a', 'b', 'c'], '"a", "b" or "c"'],
])('%j are listed as %s', (words, text) => {
  expect(listed(words)).toBe(text)
})

describe('one of some words', () => {
  it('is taken', () => {
    expect(oneOf('--data', 'text', known)).toBe('text')
  })

  it('or refused with what was expected', () => {
    const refused = () => oneOf('--data', 'digit', known)
    expect(refused).toThrow(UsageError)
    expect(refused).toThrow(
      '"--data" is "digit"; expected "digits", "table" or "text". Did you mean "digits"?',
    )
  })
})
