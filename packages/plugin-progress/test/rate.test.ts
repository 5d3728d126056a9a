import { expect, it } from 'vitest'
import { nextRate, resumeRate, secondsLeft, startRate } from '../src/rate.js'

it('is unknown at first, then what the first look found', () => {
  const rate = startRate(1000, 5)
  expect(rate.perSecond).toBeUndefined()
  expect(nextRate(rate, 1500, 15).perSecond).toBe(20)
})

it('stays the same while the speed does', () => {
  let rate = startRate(0, 0)
  for (let look = 1; look <= 10; look++) rate = nextRate(rate, look * 100, look * 3)
  expect(rate.perSecond).toBeCloseTo(30)
})

it('follows a change of speed, by two thirds within three seconds', () => {
  const before = nextRate(startRate(0, 0), 1000, 10)
  const after = nextRate(before, 4000, 70)
  expect(after.perSecond).toBeCloseTo(10 + 10 * (1 - Math.exp(-1)))
})

it('does not count a pause', () => {
  const before = nextRate(startRate(0, 0), 1000, 10)
  const after = nextRate(resumeRate(before, 61_000), 62_000, 20)
  expect(after.perSecond).toBeCloseTo(10)
})

it('is not disturbed by a look without time or progress', () => {
  const rate = nextRate(startRate(0, 0), 1000, 10)
  expect(nextRate(rate, 1000, 12)).toBe(rate)
  expect(nextRate(rate, 2000, 10)).toBe(rate)
})

it.each([
  [10, 50, 4],
  [50, 50, 0],
  [60, 50, 0],
  [10, undefined, undefined],
])('tells the time left after %d of %s at ten per second', (done, total, seconds) => {
  const rate = nextRate(startRate(0, 0), 1000, 10)
  expect(secondsLeft(rate, done, total)).toBe(seconds)
  expect(secondsLeft(startRate(0, 0), done, total)).toBeUndefined()
})
