import { describe, expect, it } from 'vitest'
import { gradientClip } from '../src/index.js'
import { resolveOptions } from '../src/options.js'

describe('options of gradientClip', () => {
  it.each([
    { norm: 1 },
    { value: 0.5 },
    { norm: Number.POSITIVE_INFINITY, log: true, id: 'watch' },
  ])('%o are fine', (options) => {
    expect(() => resolveOptions(options)).not.toThrow()
  })

  it.each([
    [
      'C187: a pair',
      { norm: [1, 2] },
      /REG_OPTION_INVALID: gradientClip: "norm" is \[1,2\]; expected a positive number or Infinity\./,
    ],
    [
      'C187: "norm2"',
      { norm2: 1 },
      /REG_OPTION_UNKNOWN: .*"norm2" is not known; expected one of "norm", "value"/,
    ],
    [
      'nothing',
      undefined,
      /REG_OPTION_INVALID: .*"options" is undefined; expected an object with any of "norm"/,
    ],
    [
      'an empty object',
      {},
      /"norm" is missing; expected a limit, such as \{ norm: 1 \} or \{ value: 0.5 \}/,
    ],
    ['both', { norm: 1, value: 1 }, /"value" is 1; expected none beside "norm"/],
    ['a norm of 0', { norm: 0 }, /gradientClip: "norm" is 0; expected a positive number/],
    [
      'a negative value',
      { value: -0.5 },
      /gradientClip: "value" is -0.5; expected a positive number/,
    ],
    ['NaN', { norm: Number.NaN }, /is NaN; expected a positive number/],
    ['text', { value: '1' }, /is "1"; expected a positive number/],
    [
      'a log that is no boolean',
      { norm: 1, log: 'yes' },
      /gradientClip: "log" is "yes"; expected true or false/,
    ],
    ['an optimizer that is no name', { norm: 1, optimizer: 0 }, /gradientClip: "optimizer" is 0/],
  ])('%s is an error at construction', (_, options, message) => {
    expect(() => gradientClip(options as never)).toThrow(message)
  })
})
