import { afterEach, describe, expect, it, vi } from 'vitest'
import { progress } from '../src/index.js'
import { progressSettings } from '../src/options.js'
import { fakeTerminal } from './helpers/fake-terminal.js'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('options', () => {
  it.each([
    [
      { summary: 1 },
      'REG_OPTION_INVALID: The option "summary" of progress is 1; give true or false.',
    ],
    [{ results: 'no' }, 'REG_OPTION_INVALID: The option "results" of progress is "no"'],
    [{ display: 'dots' }, 'The option "display" of progress is "dots"; give "bars" or "lines".'],
    [{ refreshMs: -1 }, 'The option "refreshMs" of progress is -1; give milliseconds from 0.'],
    [{ refreshMs: Number.NaN }, 'The option "refreshMs" of progress is NaN'],
    [{ refreshMs: '5' }, 'The option "refreshMs" of progress is "5"'],
    [{ stream: {} }, 'The option "stream" of progress is {}'],
    [{ stream: null }, 'The option "stream" of progress is null'],
    [null, 'REG_OPTION_INVALID: progress was given null; give an object'],
    [5, 'REG_OPTION_INVALID: progress was given 5; give an object'],
    [{ refreshRate: 5 }, 'REG_OPTION_UNKNOWN: progress has no option "refreshRate". It takes'],
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
