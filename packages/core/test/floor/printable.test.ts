import { describe, expect, it } from 'vitest'
import { printable } from '../../src/index.js'

describe('a printable text', () => {
  it.each([
    ['val_loss/β 🙂 👩‍🔬 "é"', 'val_loss/β 🙂 👩‍🔬 "é"'],
    ['a\x1b[31mb\x07', 'a\\x1b[31mb\\x07'],
    ['a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['a\u0000\u007f\u009b', 'a\\x00\\x7f\\x9b'],
    ['a\u202eb\u2066c\u200f\u061c', 'a\\u202eb\\u2066c\\u200f\\u061c'],
    ['a\u2028b\u2029\u0085', 'a\\u2028b\\u2029\\x85'],
    ['half \ud83d', 'half \\ud83d'],
    ['C:\\data', 'C:\\data'],
  ])('%j is %j', (text, expected) => {
    expect(printable(text)).toBe(expected)
  })

  it('is another one for another text, also where that one is written like an escape', () => {
    const texts = [
      'a\nb',
      'a\\nb',
      'a\\\\nb',
      'a\\\\\nb',
      '\x1b',
      '\\x1b',
      '\\\\x1b',
      'a\\',
      'a\\\\',
    ]
    expect(new Set(texts.map(printable)).size).toBe(texts.length)
  })
})
