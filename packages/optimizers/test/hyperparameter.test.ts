import { describe, expect, it } from 'vitest'
import { checkScheduled, fraction, nonNegative, share, valueAt } from '../src/hyperparameter.js'

describe('the ranges of hyperparameters', () => {
  it.each([
    ['nonNegative', nonNegative(0), [0, 1e9], [-1e-9, Number.POSITIVE_INFINITY, Number.NaN]],
    ['share', share(0), [0, 0.999], [-0.1, 1, Number.NaN]],
    ['fraction', fraction(0), [0, 1], [-0.1, 1.1, Number.NaN]],
  ])('%s', (_, { isValid }, valid, invalid) => {
    expect(valid.filter(isValid)).toEqual(valid)
    expect(invalid.filter(isValid)).toEqual([])
  })
})

it('a function is checked when it is asked, a number at once', () => {
  expect(() => checkScheduled(() => Number.NaN, share(0), 'x: "y"')).not.toThrow()
  expect(() => checkScheduled(null, share(0), 'x: "y"')).toThrow('x: "y" is null; expected')
  expect(valueAt((step) => step / 10, 3, share(0), 'x', 'y')).toBe(0.3)
  expect(valueAt(0.25, 3, share(0), 'x', 'y')).toBe(0.25)
  expect(() => valueAt((step) => step, 3, share(0), 'x', 'y')).toThrow(
    new RangeError('x: "y" is 3 at step 3; expected a number from 0 to below 1.'),
  )
  expect(() => valueAt(() => undefined as never, 0, share(0), 'x', 'y')).toThrow('is undefined at')
})
