import { describe, expect, it } from 'vitest'
import { type BatchFinderOptions, resolveOptions } from '../src/options.js'
import { fastest, largestThatFits } from '../src/search.js'
import { defaultLimit, isOutOfMemory } from '../src/try-size.js'

const LIMITS = { start: 8, max: 1000, maxTrials: 25 }

/** Sizes up to a limit fit, the data have so many rows, and this is the rate of each size. */
const world =
  (limit: number, rows = 1e9, rate = (_: number) => 1) =>
  async (size: number) => ({
    size,
    rows: Math.min(size, rows),
    fits: size <= limit,
    bytes: 0,
    rate: rate(size),
  })

describe('the largest size that fits', () => {
  it.each<[string, Parameters<typeof world>, Partial<typeof LIMITS>, number | undefined]>([
    ['is found by bisection', [100], {}, 100],
    ['may be a power', [64], {}, 64],
    ['may be below the first', [5], {}, 5],
    ['may be 1', [1], {}, 1],
    ['may be none', [0], {}, undefined],
    ['is at most the largest allowed', [1e9], {}, 1000],
    ['is at most the rows of the data', [1e9, 90], {}, 90],
    ['is what was found when trials end', [100], { maxTrials: 4 }, 64],
  ])('%s', async (_, args, limits, expected) => {
    const { size, trials } = await largestThatFits(world(...args), { ...LIMITS, ...limits })
    expect(size).toBe(expected)
    expect(trials.length).toBeLessThanOrEqual(limits.maxTrials ?? 25)
    expect(new Set(trials.map((trial) => trial.size)).size).toBe(trials.length)
  })

  it('is tried by doubling, then by halves', async () => {
    const { trials } = await largestThatFits(world(100), LIMITS)
    const sizes = trials.map((trial) => trial.size)
    expect(sizes).toEqual([8, 16, 32, 64, 128, 96, 112, 104, 100, 102, 101])
  })
})

describe('the fastest size', () => {
  const hill = (size: number) => -Math.abs(Math.log2(size) - 6)
  it.each<[string, Parameters<typeof world>, Partial<typeof LIMITS>, number | undefined]>([
    ['is at the top', [1e9, 1e9, hill], {}, 64],
    ['fits', [20, 1e9, hill], {}, 16],
    ['is no more than the rows', [1e9, 20, hill], {}, 20],
    ['is allowed', [1e9, 1e9, (size) => size], { max: 100 }, 100],
    ['may be none', [0], {}, undefined],
  ])('%s', async (_, args, limits, expected) => {
    expect((await fastest(world(...args), { ...LIMITS, ...limits })).size).toBe(expected)
  })
})

it.each<[unknown, boolean]>([
  [new RangeError('Array buffer allocation failed'), true],
  [new RangeError('Invalid typed array length: 99999999999'), true],
  [new Error('step failed', { cause: new Error('out of memory') }), true],
  [new Error('shapes do not match'), false],
  ['OOM when allocating tensor', true],
])('%s is an error of memory: %s', (thrown, expected) => {
  expect(isOutOfMemory(thrown)).toBe(expected)
})

it('wasm has a limit of its own', () => {
  expect(defaultLimit('wasm')).toBe(3.6e9)
  expect(defaultLimit('cpu')).toBeGreaterThan(0)
})

it.each<[unknown, string]>([
  [{}, '"train" is missing; expected a function'],
  [{ train: [] }, '"train" is []; expected a function'],
  [{ train: () => [], start: 0 }, '"start" is 0; expected'],
  [{ train: () => [], start: 8, max: 4 }, '"max" is 4; expected at least "start", 8'],
  [{ train: () => [], mode: 'speed' }, '"mode" is "speed"; expected'],
  [{ train: () => [], stepz: 1 }, 'Did you mean "steps"?'],
])('%j are an error at construction', (wrong, text) => {
  expect(() => resolveOptions(wrong as BatchFinderOptions)).toThrow(text)
})
