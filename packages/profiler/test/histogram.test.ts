import { expect, it } from 'vitest'
import { Histogram } from '../src/histogram.js'

function histogramOf(durations: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const ms of durations) histogram.add(ms)
  return histogram
}

it.each([
  ['1 to 1000', Array.from({ length: 1000 }, (_, index) => index + 1)],
  ['powers', Array.from({ length: 100 }, (_, index) => 0.0002 * 1.23 ** index)],
  ['two humps', [...Array(60).fill(0.7), ...Array(40).fill(900)]],
])('gives the quantiles of %s within 2.2 percent', (_, durations) => {
  const sorted = [...durations].sort((a, b) => a - b)
  const histogram = histogramOf(durations)
  for (const share of [0.01, 0.25, 0.5, 0.75, 0.95, 0.99, 1]) {
    const exact = sorted[Math.ceil(share * sorted.length) - 1] as number
    const error = Math.abs((histogram.quantile(share) as number) / exact - 1)
    expect(error, `quantile ${share}`).toBeLessThan(0.022)
  }
})

it.each([0, 1e-9, 0.00042, 17, 123_456_789, 1e12])(
  'gives %d exactly where all are the same',
  (ms) => {
    const histogram = histogramOf([ms, ms, ms])
    expect(histogram.quantile(0.5)).toBe(ms)
    expect(histogram.quantile(0.95)).toBe(ms)
  },
)

it('has no quantile of nothing', () => {
  expect(new Histogram().quantile(0.5)).toBeUndefined()
})
