import { describe, expect, it } from 'vitest'
import { placesOf, placesWithin } from '../../src/curves/axis.js'
import { Series } from '../../src/curves/series.js'

function seriesOf(times: readonly number[], values = times.length) {
  const series = new Series('loss', 'train', 'step')
  for (let step = 0; step < values; step++) series.push(Math.floor(step / 2), step, 1)
  for (const time of times) series.times.push(time)
  return series
}

describe('places of values', () => {
  const series = seriesOf([5000, 6000, 8000])
  it.each([
    ['step', undefined, [0, 1, 2]],
    ['epoch', undefined, [0, 0, 1]],
    ['time', undefined, [5, 6, 8]],
    ['relative', 1000, [4, 5, 7]],
    ['relative', undefined, [0, 1, 3]],
    ['relative', 7000, [0, 1, 3]],
  ] as const)('along %s, of a run that began at %s', (axis, startedAt, expected) => {
    expect([...placesOf(series, axis, startedAt)]).toEqual(expected)
  })

  it.each([[[]], [[Number.NaN]]])('have no time that was not read: %j', (times) => {
    expect([...placesOf(seriesOf(times, 2), 'time')]).toEqual([Number.NaN, Number.NaN])
  })
})

it.each([
  [0, 9, [0, 5]],
  [2, 4, [1, 4]],
  [2.5, 3, [3, 3]],
  [4, 4, [3, 4]],
  [-3, -1, [0, 0]],
  [10, 12, [5, 5]],
])('from %d to %d are the places %j', (from, to, expected) => {
  expect(placesWithin(Float64Array.of(0, 2, 2, 4, 9), { from, to })).toEqual(expected)
})
