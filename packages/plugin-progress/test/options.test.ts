import { afterEach, describe, expect, it, vi } from 'vitest'
import { progress } from '../src/index.js'
import { progressSettings } from '../src/options.js'
import { fakeTerminal } from './helpers/fake-terminal.js'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('options', () => {
  it.each([
    [{ summary: 1 }, 'REG_OPTION_INVALID: progress: "summary" is 1; expected true or false.'],
    [{ results: 'no' }, 'REG_OPTION_INVALID: progress: "results" is "no"'],
    [{ display: 'dots' }, 'progress: "display" is "dots"; expected "bars" or "lines".'],
    [{ refreshMs: -1 }, 'progress: "refreshMs" is -1; expected a non-negative number or Infinity.'],
    [{ refreshMs: Number.NaN }, 'progress: "refreshMs" is NaN'],
    [{ refreshMs: '5' }, 'progress: "refreshMs" is "5"'],
    [
      { stream: {} },
      'progress: "stream" is an object without "write"; expected a writable stream.',
    ],
    [{ stream: null }, 'progress: "stream" is null'],
    [null, 'REG_OPTION_INVALID: progress: "options" is null; expected an object'],
    [5, 'REG_OPTION_INVALID: progress: "options" is 5; expected an object'],
    [
      { refreshRate: 5 },
      'REG_OPTION_UNKNOWN: progress: "refreshRate" is not known; expected one of',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => progress(options as never)).toThrow(message)
  })

  it.each([
    [true, '', 'xterm', 'bars', 100],
    [true, 'false', 'xterm', 'bars', 100],
    [true, '1', 'xterm', 'lines', 10_000],
    [true, '', 'dumb', 'lines', 10_000],
    [false, '', 'xterm', 'lines', 10_000],
  ])('on a terminal: %s, CI=%s, TERM=%s shows %s', (isTTY, ci, term, display, refreshMs) => {
    vi.stubEnv('CI', ci)
    vi.stubEnv('TERM', term)
    expect(progressSettings({ stream: fakeTerminal({ isTTY }) })).toMatchObject({
      display,
      refreshMs,
    })
  })
})
