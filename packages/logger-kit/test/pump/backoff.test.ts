import { expect, it } from 'vitest'
import { backoffMs, defaultRetry } from '../../src/pump/backoff.js'

it.each([
  [1, undefined, 1, 500],
  [2, undefined, 1, 1000],
  [5, undefined, 1, 8000],
  [8, undefined, 1, 60_000],
  [5000, undefined, 1, 60_000],
  [5, undefined, 0.25, 2000],
  [5, undefined, 0, 0],
  [1, 1500, 0, 1500],
  [9, 0, 1, 0],
])(
  'after %i failures, told to wait %s, chance %f: waits %i ms',
  (failures, retryAfterMs, random, wait) => {
    expect(backoffMs(defaultRetry, { failures, retryAfterMs }, random)).toBe(wait)
  },
)
