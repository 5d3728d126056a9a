import { describe, expect, it } from 'vitest'
import { crossing, type Threshold } from '../src/alert-event.js'
import { type AlertOptions, resolveOptions } from '../src/options.js'
import { desktopCommand } from '../src/run-command.js'
import { StallWatch } from '../src/stall-watch.js'

const event = {
  kind: 'end',
  title: 'Digits',
  message: 'it "ended"; $(x)',
  epoch: 2,
  step: 9,
} as const

it.each<[Threshold, number, string | undefined]>([
  [{ metric: 'a', above: 2 }, 2, undefined],
  [{ metric: 'a', above: 2 }, 2.5, 'a is 2.5, above 2'],
  [{ metric: 'a', below: 2 }, 1, 'a is 1, below 2'],
  [{ metric: 'a', below: 0, above: 2 }, 1, undefined],
  [{ metric: 'a', above: 2 }, Number.NaN, 'a is NaN, above 2'],
])('%j of %d: %s', (threshold, value, expected) => {
  expect(crossing(threshold, value)).toBe(expected)
})

it.each(['linux', 'darwin', 'win32'] as const)('on %s no text is code', (platform) => {
  const { program, args } = desktopCommand(event, platform)
  expect(program).toMatch(/^(notify-send|osascript|powershell\.exe)$/)
  const codes = args.filter((arg) => arg.includes(event.message))
  expect(codes).toHaveLength(platform === 'win32' ? 0 : 1)
})

describe('a watch for stalls', () => {
  it('calls once for each time that nothing moves', () => {
    const waiting = new Map<number, () => void>()
    let next = 0
    const timer = {
      setTimeout: (call: () => void) => {
        waiting.set(++next, call)
        return next
      },
      clearTimeout: (id: never) => void waiting.delete(id),
    }
    const pass = () => {
      for (const [id, call] of waiting) {
        waiting.delete(id)
        call()
      }
    }
    let stalls = 0
    const watch = new StallWatch(5, () => void stalls++, timer)
    watch.moved()
    watch.moved()
    expect(waiting.size).toBe(1)
    pass()
    pass()
    expect(stalls).toBe(1)
    watch.moved()
    pass()
    expect(stalls).toBe(2)
    watch.moved()
    watch.stop()
    pass()
    expect([stalls, waiting.size]).toEqual([2, 0])
    new StallWatch(0, () => void stalls++, timer).moved()
    expect(waiting.size).toBe(0)
  })
})

describe('options', () => {
  it.each<[unknown, string]>([
    [{}, '"webhook" is missing; expected a "webhook", a "command" or "desktop"'],
    [{ command: [] }, '"command" is []; expected a program'],
    [{ command: 'echo' }, '"command" is "echo"; expected a list'],
    [{ desktop: true, on: ['success'] }, '"on[0]" is "success"; expected'],
    [{ desktop: true, thresholds: [{ metric: 'a' }] }, 'expected a limit "above" or "below"'],
    [{ desktop: true, timeoutSeconds: 0 }, '"timeoutSeconds" is 0'],
    [{ desktp: true }, 'Did you mean "desktop"?'],
  ])('%j are an error at construction', (wrong, text) => {
    expect(() => resolveOptions(wrong as AlertOptions)).toThrow(text)
  })

  it('an error does not show an address', () => {
    const wrong = () => resolveOptions({ webhook: 'htps://hooks.example/T0/secret' })
    expect(wrong).toThrow('expected an address that begins with http:// or https://')
    expect(wrong).not.toThrow('secret')
  })
})
