import { describe, expect, it } from 'vitest'
import { type BestSoFarOptions, judge, nothingYet } from '../src/best-so-far.js'

const { NaN: nan, POSITIVE_INFINITY: inf } = Number
const min: BestSoFarOptions = { mode: 'min', minDelta: 0 }

describe('the rule', () => {
  it.each<[string, BestSoFarOptions, number[], { best: number | null; count: number }]>([
    ['begins without a best', min, [], { best: null, count: 0 }],
    ['takes the first value', min, [5], { best: 5, count: 1 }],
    ['takes what is lower', min, [5, 6, 4, 4, 3], { best: 3, count: 3 }],
    ['takes what is higher', { ...min, mode: 'max' }, [5, 6, 4, 7], { best: 7, count: 3 }],
    ['wants more than minDelta', { ...min, minDelta: 1 }, [5, 4, 3.5], { best: 3.5, count: 2 }],
    ['skips NaN', min, [nan, 5, nan, 4], { best: 4, count: 2 }],
    ['takes infinities', min, [inf, -inf, -inf], { best: -inf, count: 2 }],
  ])('%s', (_, options, values, expected) => {
    const state = values.reduce((before, value) => judge(options, before, value), nothingYet)
    expect(state).toEqual(expected)
  })

  it('leaves the state that it receives as it is', () => {
    const before = judge(min, nothingYet, 5)
    judge(min, before, 4)
    expect([nothingYet, before]).toEqual([
      { best: null, count: 0 },
      { best: 5, count: 1 },
    ])
  })
})
