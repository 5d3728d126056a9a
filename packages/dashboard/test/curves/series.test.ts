import { describe, expect, it } from 'vitest'
import { Series } from '../../src/curves/series.js'

function summaryOf(...values: number[]) {
  const series = new Series('loss', 'train', 'step')
  for (const [at, value] of values.entries()) series.push(0, at, value)
  return series.summary()
}

describe('the summary of a metric', () => {
  it('has the last, the first lowest and the first highest value', () => {
    expect(summaryOf(2, 1, 3, 1, 3)).toMatchObject({
      count: 5,
      notFinite: 0,
      last: { step: 4, value: 3 },
      min: { step: 1, value: 1 },
      max: { step: 2, value: 3 },
    })
  })

  it('counts what is not finite, which is neither lowest nor highest', () => {
    const summary = summaryOf(Number.NEGATIVE_INFINITY, 5, Number.NaN)
    expect(summary).toMatchObject({ notFinite: 2, min: { value: 5 }, max: { value: 5 } })
    expect(summary.last.value).toBeNaN()
  })

  it('has no lowest value if none is finite', () => {
    expect(summaryOf(Number.NaN)).not.toHaveProperty('min')
  })
})
