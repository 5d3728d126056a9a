import { describe, expect, it } from 'vitest'
import { type CsvLoggerOptions, csvLogger } from '../src/index.js'

describe('options that cannot be used', () => {
  it.each([
    [null, '"options" is null; expected an object'],
    [{ dir: '' }, 'csvLogger: "dir" is ""; expected the path of a folder.'],
    [{ name: '../up' }, '"name"'],
    [{ name: '/' }, '"name"'],
    [{ version: -1 }, '"version"'],
    [{ version: 1.5 }, '"version"'],
    [{ version: '..' }, '"version"'],
    [{ prefix: '' }, '"prefix"'],
    [{ flushMs: 0 }, 'expected a positive integer'],
    [{ maxQueue: 0 }, 'maxQueue'],
  ])('%j', (options, message) => {
    const call = () => csvLogger(options as CsvLoggerOptions)
    expect(call).toThrow(message)
    expect(call).toThrow('REG_OPTION_INVALID')
  })

  it('a name that is not known is told with the nearest', () => {
    const call = () => csvLogger({ flushMS: 5 } as CsvLoggerOptions)
    expect(call).toThrow('REG_OPTION_UNKNOWN')
    expect(call).toThrow('Did you mean "flushMs"?')
  })
})
