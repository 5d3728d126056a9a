import { expect, it } from 'vitest'
import { profiler } from '../src/index.js'
import { profilerSettings } from '../src/options.js'

it('fills in what is not given', () => {
  expect(profilerSettings({})).toEqual({
    id: 'profiler',
    mode: 'simple',
    output: 'profile',
    isOutputAsked: false,
    rows: 10,
    stream: undefined,
    kernelStep: undefined,
    maxMs: 60_000,
  })
  expect(profilerSettings({ mode: 'trace', kernels: true, maxSeconds: 2 })).toMatchObject({
    output: 'profile',
    isOutputAsked: true,
    kernelStep: 10,
    maxMs: 2000,
  })
  expect(profilerSettings({ kernels: { step: 3 } }).kernelStep).toBe(3)
})

it.each([
  [{ mode: 'advance' }, 'The option "mode" of profiler is "advance"; give "simple",'],
  [{ output: 3 }, 'The option "output" of profiler is 3; give a folder, or false.'],
  [{ output: '' }, 'The option "output" of profiler is ""'],
  [
    { mode: 'trace', output: false },
    'The option "output" of profiler is false; give a folder, since',
  ],
  [{ rows: 0 }, 'The option "rows" of profiler is 0; give a whole number from 1, or Infinity.'],
  [{ rows: 2.5 }, 'The option "rows" of profiler is 2.5'],
  [{ rows: '9' }, 'The option "rows" of profiler is "9"'],
  [{ id: '../x' }, 'The option "id" of profiler is "../x"'],
  [{ stream: {} }, 'The option "stream" of profiler is {}; give a writable stream.'],
  [{ kernels: { step: 0 } }, 'The option "kernels" of profiler is {"step":0}; give true'],
  [{ kernels: 3 }, 'The option "kernels" of profiler is 3'],
  [{ maxSeconds: 0 }, 'The option "maxSeconds" of profiler is 0; give seconds above 0.'],
  [{ maxSeconds: '9' }, 'The option "maxSeconds" of profiler is "9"'],
  [null, 'profiler was given null; give an object'],
])('refuses %j', (options, text) => {
  expect(() => profiler(options as never)).toThrow(`REG_OPTION_INVALID: ${text}`)
})

it('refuses options that it does not know', () => {
  expect(() => profiler({ path: 'x' } as never)).toThrow(
    'REG_OPTION_UNKNOWN: profiler has no option "path". It takes id, mode, output, rows,',
  )
})

it.each([
  [{ mode: 'advanced' }, 'mode "advanced" writes files'],
  [{ mode: 'trace' }, 'mode "trace" writes files'],
  [{ output: 'x' }, 'the option "output" writes files'],
] as const)('refuses %j in a browser and says what works there', (options, what) => {
  expect(() => profilerSettings(options, null)).toThrow(
    `In profiler, ${what}, which takes Node.js. In a browser use mode "simple" without "output"`,
  )
  expect(profilerSettings({}, null)).toMatchObject({ mode: 'simple', output: undefined })
})

it('writes only where it has a folder, so that a trial run mutes it then', () => {
  expect(profiler({ output: false }).writes).toBe(false)
  expect(profiler().writes).toBe(true)
  expect(profiler({ output: 'x' }).writes).toBe(true)
  expect(profiler({ mode: 'trace' }).writes).toBe(true)
})
