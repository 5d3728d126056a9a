import { describe, expect, it } from 'vitest'
import { checkClipOptions } from '../src/clip-options.js'
import { gradientClip } from '../src/index.js'

describe('options of gradientClip', () => {
  it.each([
    { norm: 1 },
    { value: 0.5 },
    { norm: Number.POSITIVE_INFINITY, log: true, id: 'watch' },
  ])('%o are fine', (options) => {
    expect(() => checkClipOptions(options)).not.toThrow()
  })

  it.each([
    [
      'C187: a pair',
      { norm: [1, 2] },
      /REG_OPTION_INVALID: .*"norm".* is 1,2; give a number above 0/,
    ],
    ['C187: "norm2"', { norm2: 1 }, /REG_OPTION_UNKNOWN: .*"norm2".*It takes norm, value/],
    ['nothing', undefined, /REG_OPTION_INVALID: .*was given undefined; give one of them/],
    ['an empty object', {}, /neither norm nor value; give one of them, such as \{ norm: 1 \}/],
    ['both', { norm: 1, value: 1 }, /norm and value; give one of them/],
    ['a norm of 0', { norm: 0 }, /"norm" of gradientClip is 0; give a number above 0/],
    ['a negative value', { value: -0.5 }, /"value" of gradientClip is -0.5; give a number above 0/],
    ['NaN', { norm: Number.NaN }, /is NaN; give a number above 0/],
    ['text', { value: '1' }, /is "1"; give a number above 0/],
    ['a log that is no boolean', { norm: 1, log: 'yes' }, /"log" of gradientClip is "yes"/],
    ['an optimizer that is no name', { norm: 1, optimizer: 0 }, /"optimizer" of gradientClip is 0/],
  ])('%s is an error at construction', (_, options, message) => {
    expect(() => gradientClip(options as never)).toThrow(message)
  })
})
