import { describe, expect, it } from 'vitest'
import { smooth } from '../../src/curves/smooth.js'

describe('a smoothed curve', () => {
  it.each([
    ['nothing', [], 0.9, []],
    ['weight 0: the values', [3, 1, 2], 0, [3, 1, 2]],
    ['a constant stays one', [5, 5, 5], 0.99, [5, 5, 5]],
    // 2; (2*.5*.5+.5*4)/(1-.25); …: computed by hand from TensorBoard's rule.
    ['debiased averages', [2, 4, 8], 0.5, [2, 10 / 3, 6]],
    ['NaN is passed on and left out', [2, Number.NaN, 4], 0.5, [2, Number.NaN, 10 / 3]],
    ['so are infinities', [Number.POSITIVE_INFINITY, 3], 0.9, [Number.POSITIVE_INFINITY, 3]],
  ])('%s', (_, values, weight, expected) => {
    const found = [...smooth(values, weight)]
    expect(found).toHaveLength(expected.length)
    for (const [at, value] of expected.entries()) {
      if (Number.isFinite(value)) expect(found[at]).toBeCloseTo(value, 12)
      else expect(found[at]).toBe(value)
    }
  })
})
