import { expect, it } from 'vitest'
import { curveOf, precisionArea, rocArea } from '../../src/curves/areas.js'

it.each([
  ['right', [0.9, 0.8, 0.2], [true, true, false], 1, 1],
  ['wrong', [0.1, 0.8, 0.9], [true, false, false], 0, 1 / 3],
  ['all tied', [0.5, 0.5, 0.5, 0.5], [true, false, true, false], 0.5, 0.5],
  // The worked example of scikit-learn's documentation.
  ['mixed', [0.1, 0.4, 0.35, 0.8], [false, false, true, true], 0.75, 0.8333333333333333],
  ['one class', [0.1, 0.4], [true, true], Number.NaN, 1],
] as const)('%s', (_, scores, truths, roc, precision) => {
  const points = curveOf(scores, truths)
  const hits = truths.filter(Boolean).length
  const all = { hits, falseAlarms: truths.length - hits }
  if (Number.isNaN(roc)) expect(rocArea(points, all)).toBeNaN()
  else expect(rocArea(points, all)).toBeCloseTo(roc, 12)
  expect(precisionArea(points, all)).toBeCloseTo(precision, 12)
})

it('equal scores are one point', () => {
  expect(curveOf([0.5, 0.7, 0.5], [true, false, false])).toEqual([
    { hits: 0, falseAlarms: 1 },
    { hits: 1, falseAlarms: 2 },
  ])
})
