import { expect, it } from 'vitest'
import { curveQuery } from '../../src/server/curve-query.js'

const WHOLE = { smoothing: 0, points: 600, axis: 'step' }

it.each([
  ['', WHOLE],
  ['axis=relative&smoothing=0.5&points=70', { axis: 'relative', smoothing: 0.5, points: 70 }],
  ['smoothing=5&points=1e9', { ...WHOLE, smoothing: 0.999, points: 20_000 }],
  ['smoothing=x&points=-1', { ...WHOLE, points: 10 }],
  ['from=-1&to=2.5', { ...WHOLE, range: { from: -1, to: 2.5 } }],
  ['from=3&to=3', { ...WHOLE, range: { from: 3, to: 3 } }],
  ['axis=hour', 'axis is "hour"; expected step, epoch, time, relative.'],
  ['from=1', 'from is "1" and to null; expected two numbers, the lower one first.'],
  ['from=&to=2', 'from is "" and to "2"; expected two numbers, the lower one first.'],
  ['from=2&to=1', 'from is "2" and to "1"; expected two numbers, the lower one first.'],
])('%s', (query, expected) => {
  expect(curveQuery(new URLSearchParams(query))).toEqual(expected)
})
