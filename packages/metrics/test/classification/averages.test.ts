import { expect, it } from 'vitest'
import { averaged, type CountRule, countsFrom } from '../../src/classification/averages.js'

const precision: CountRule = ({ hits, predicted }, divide) => divide(hits, predicted)
/** Of three classes: the first half right, the second never predicted, the third neither true nor predicted. */
const sums = Float64Array.from([...[2, 0, 0], ...[4, 0, 0], ...[3, 1, 0], ...[4, 4, 4]])
const counts = countsFrom(sums, 3)

it('counts are by class, in the order of the sums', () => {
  expect(counts[0]).toEqual({ hits: 2, predicted: 4, actual: 3, counted: 4 })
})

it.each([
  ['micro', 0, 0.5],
  // Of the two classes that there are.
  ['macro', 0, 0.25],
  ['macro', 1, 0.75],
  ['weighted', 0, (3 * 0.5) / 4],
  ['none', 0, [0.5, 0, 0]],
] as const)('%s with 0 / 0 as %d is %j', (average, zeroDivision, expected) => {
  expect(averaged(counts, precision, { average, kind: 'multiclass', zeroDivision })).toEqual(
    expected,
  )
})

it('labels all count, and so do classes that are true only', () => {
  const rule = { average: 'macro', zeroDivision: 0 } as const
  expect(averaged(counts, precision, { ...rule, kind: 'multilabel' })).toBeCloseTo(0.5 / 3, 12)
  const predictedOnly = countsFrom(
    Float64Array.from([...[2, 0], ...[4, 1], ...[3, 0], ...[4, 4]]),
    2,
  )
  expect(averaged(predictedOnly, precision, { ...rule, kind: 'multiclass' })).toBe(0.25)
  expect(averaged(predictedOnly, precision, { ...rule, kind: 'multiclass', isOfTrue: true })).toBe(
    0.5,
  )
})
