import { expect, it } from 'vitest'
import { formatRate, formatSeconds } from '../src/format.js'

it.each([
  [0, '0.00 s'],
  [0.456, '0.46 s'],
  [0.999, '1.0 s'],
  [7.25, '7.3 s'],
  [9.96, '10 s'],
  [59.4, '59 s'],
  [59.6, '1:00'],
  [185, '3:05'],
  [7384, '2:03:04'],
  [360_000, '100:00:00'],
  [Number.POSITIVE_INFINITY, '?'],
  [Number.NaN, '?'],
  [-1, '?'],
])('shows %d seconds as %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text)
})

it.each([
  [12345.6, '12346/s'],
  [99.96, '100/s'],
  [12.34, '12.3/s'],
  [0.4, '2.5 s each'],
  [0.001, '16:40 each'],
  [0, '?/s'],
  [Number.NaN, '?/s'],
])('shows %d per second as %s', (perSecond, text) => {
  expect(formatRate(perSecond)).toBe(text)
})
