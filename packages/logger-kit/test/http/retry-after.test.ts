import { expect, it } from 'vitest'
import { parseRetryAfter } from '../../src/http/logger-fetch.js'

const now = Date.parse('2026-01-02T03:04:05Z')

it.each([
  [null, undefined],
  ['', undefined],
  ['soon', undefined],
  ['0', 0],
  ['1', 1000],
  ['1.5', 1500],
  ['99999', 600_000],
  ['Fri, 02 Jan 2026 03:04:08 GMT', 3000],
  ['Fri, 02 Jan 2026 03:04:01 GMT', 0],
  ['-5', 0],
])('%s is %s ms', (header, wait) => {
  expect(parseRetryAfter(header, now)).toBe(wait)
})
