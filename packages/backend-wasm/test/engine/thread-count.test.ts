import { expect, it } from 'vitest'
import { type ThreadsFacts, threadCount, threadsFacts } from '../../src/engine/thread-count.js'

const facts: ThreadsFacts = {
  threads: 'auto',
  cores: 4,
  hasSimd: true,
  canShare: true,
  isPage: false,
}

it.each<[string, Partial<ThreadsFacts>, number, RegExp | undefined]>([
  ['one for each core', {}, 4, undefined],
  ['at most 8', { cores: 64 }, 8, undefined],
  ['as many as were asked for', { threads: 12 }, 12, undefined],
  ['one core', { cores: 1 }, 1, /one core/],
  ['one, which was asked for', { threads: 1 }, 1, undefined],
  [
    'one, which was asked for where nothing can be shared',
    { threads: 1, canShare: false },
    1,
    undefined,
  ],
  ['more than cores', { threads: 3, cores: 1 }, 3, undefined],
  ['no SIMD', { hasSimd: false }, 1, /no SIMD/],
  ['no SIMD nor shared memory', { hasSimd: false, canShare: false }, 1, /no SIMD/],
  ['a page that is not isolated', { canShare: false, isPage: true }, 1, /COOP and COEP/],
  ['no shared memory', { canShare: false }, 1, /SharedArrayBuffer/],
])('%s', (_, parts, threads, reason) => {
  const count = threadCount({ ...facts, ...parts })
  expect(count.threads).toBe(threads)
  if (reason === undefined) expect(count.reason).toBeUndefined()
  else expect(count.reason).toMatch(reason)
})

it('knows this process', () => {
  const found = threadsFacts(2, true)
  expect(found).toMatchObject({ threads: 2, hasSimd: true, canShare: true, isPage: false })
  expect(found.cores).toBeGreaterThanOrEqual(1)
})
