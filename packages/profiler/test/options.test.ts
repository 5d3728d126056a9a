import { expect, it } from 'vitest'
import { profiler } from '../src/index.js'
import { profilerSettings } from '../src/options.js'

it('fills in what is not given', () => {
  expect(profilerSettings({})).toEqual({
    id: 'profiler',
    mode: 'simple',
    output: 'profile',
    isInRun: true,
    isOutputAsked: false,
    rows: 10,
    stream: undefined,
    kernelStep: undefined,
    maxMs: 60_000,
  })
  expect(profilerSettings({ mode: 'trace', kernels: true, maxSeconds: 2 })).toMatchObject({
    output: 'profile',
    isInRun: true,
    isOutputAsked: true,
    kernelStep: 10,
    maxMs: 2000,
  })
  expect(profilerSettings({ kernels: { step: 3 } }).kernelStep).toBe(3)
})

it.each([
  [{ mode: 'advance' }, 'profiler: "mode" is "advance"; expected "simple",'],
  [{ output: 3 }, 'profiler: "output" is 3; expected a folder, or false.'],
  [{ output: '' }, 'profiler: "output" is ""'],
  [{ mode: 'trace', output: false }, 'profiler: "output" is false; expected a folder, since'],
  [{ rows: 0 }, 'profiler: "rows" is 0; expected a positive integer or Infinity.'],
  [{ rows: 2.5 }, 'profiler: "rows" is 2.5'],
  [{ rows: '9' }, 'profiler: "rows" is "9"'],
  [{ id: '../x' }, 'profiler: "id" is "../x"'],
  [{ stream: {} }, 'profiler: "stream" is an object without "write"; expected a writable stream.'],
  [{ kernels: { step: 0 } }, 'profiler: "kernels.step" is 0; expected a positive integer.'],
  [{ kernels: 3 }, 'profiler: "kernels" is 3'],
  [{ maxSeconds: 0 }, 'profiler: "maxSeconds" is 0; expected a positive number or Infinity.'],
  [{ maxSeconds: '9' }, 'profiler: "maxSeconds" is "9"'],
  [null, 'profiler: "options" is null; expected an object'],
])('refuses %j', (options, text) => {
  expect(() => profiler(options as never)).toThrow(`REG_OPTION_INVALID: ${text}`)
})

it('refuses options that it does not know', () => {
  expect(() => profiler({ path: 'x' } as never)).toThrow(
    'REG_OPTION_UNKNOWN: profiler: "path" is not known; expected one of "mode", "output", "rows",',
  )
})

it.each([
  [
    { mode: 'advanced' },
    '"mode" is "advanced"; expected "simple" in a browser, for others write files',
  ],
  [{ mode: 'trace' }, '"mode" is "trace"; expected "simple" in a browser, for others write files'],
  [{ output: 'x' }, '"output" is "x"; expected none in a browser, for it writes files'],
] as const)('refuses %j in a browser and says what works there', (options, what) => {
  expect(() => profilerSettings(options, null)).toThrow(
    `profiler: ${what}, which takes Node.js; use mode "simple" without "output"`,
  )
  expect(profilerSettings({}, null)).toMatchObject({ mode: 'simple', output: undefined })
})

it('writes only where it has a folder, so that a trial run mutes it then', () => {
  expect(profiler({ output: false }).writes).toBe(false)
  expect(profiler().writes).toBe(true)
  expect(profiler({ output: 'x' }).writes).toBe(true)
  expect(profiler({ mode: 'trace' }).writes).toBe(true)
})
