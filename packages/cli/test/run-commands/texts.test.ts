import { expect, it } from 'vitest'
import { ageMs, bytesText, timeText, valueText } from '../../src/run-commands/texts.js'

it.each([
  [0.123456789, '0.12346'],
  [1234.5678, '1234.6'],
  [3, '3'],
  [1e-7, '1.000e-7'],
  [Number.NaN, 'NaN'],
  [null, '-'],
  [undefined, '-'],
  ['adam', 'adam'],
  [false, 'false'],
])('the value %s is %s', (value, text) => {
  expect(valueText(value)).toBe(text)
})

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [45_600_000, '45.6 MB'],
  [456_000_000, '456 MB'],
])('%i bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text)
})

it.each([
  ['30d', 30 * 86_400_000],
  ['1.5h', 5_400_000],
  ['90m', 5_400_000],
  ['2w', 14 * 86_400_000],
  ['30', undefined],
  ['d', undefined],
  ['-1d', undefined],
  ['1y', undefined],
])('the age %s is %s ms', (text, ms) => {
  expect(ageMs(text)).toBe(ms)
})

it('a time is local, and a missing one a dash', () => {
  expect(timeText(new Date(2026, 10, 30, 20, 5).getTime())).toBe('2026-11-30 20:05')
  expect(timeText(undefined)).toBe('-')
})
