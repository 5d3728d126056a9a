import { expect, it } from 'vitest'
import { durationText, placeText } from '../../src/page/axis-text.js'

it.each([
  [0, '0 s'],
  [0.25, '0.25 s'],
  [59.5, '59.5 s'],
  [60, '1 min'],
  [61.4, '1 min 1 s'],
  [3600, '1 h'],
  [3661, '1 h 1 min'],
  [90_000, '1 d 1 h'],
  [86_401, '1 d'],
  [-75, '-1 min 15 s'],
])('%d seconds are %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text)
})

it('steps are numbers, times those of the clock', () => {
  expect([placeText('step', 1500), placeText('relative', 90)]).toEqual(['1500', '1 min 30 s'])
  expect(placeText('time', 86_400 * 365)).toMatch(/197[01]/)
})
