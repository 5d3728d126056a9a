import { expect, it } from 'vitest'
import { chartsOf, curveOf } from '../../src/curves/curve.js'
import { Series } from '../../src/curves/series.js'

function seriesOf(name: string, points: readonly (readonly [step: number, value: number])[]) {
  const series = new Series(name, 'train', 'step')
  for (const [step, value] of points) series.push(0, step, value)
  return series
}

const ALL = { smoothing: 0, points: 100, axis: 'step' } as const

it('a curve ascends along its axis, with null for what is not finite', () => {
  const series = seriesOf('loss', [
    [0, 1],
    [5, Number.NaN],
    [2, 3],
  ])
  expect(curveOf('a', series, ALL)).toEqual({
    run: 'a',
    x: [0, 2, 5],
    y: [1, 3, null],
    count: 3,
    notFinite: 1,
  })
})

it('a curve is smoothed before it is thinned out', () => {
  const values = Array.from({ length: 1000 }, (_, step) => [step, step % 2] as const)
  const { smoothed = [], x } = curveOf('a', seriesOf('loss', values), {
    ...ALL,
    smoothing: 0.99,
    points: 20,
  })
  expect(x.length).toBeLessThanOrEqual(20)
  // Of the points alone, which are the extremes, it would be no mean of all.
  expect(smoothed.at(-1)).toBeCloseTo(0.5, 1)
})

it('charts are by metric, validation beside training, rates and the machine last', () => {
  const names = ['lr-Adam', 'machine/cpu_percent', 'val_loss', 'loss', 'accuracy']
  const series = names.map((name) => seriesOf(name, [[0, 1]]))
  const charts = chartsOf(
    [
      { id: 'a', series },
      { id: 'b', series: series.slice(3) },
    ],
    ALL,
  )
  expect(charts.map(({ name, curves }) => `${name} ${curves.length}`)).toEqual([
    'accuracy 2',
    'val_loss 1',
    'loss 2',
    'lr-Adam 1',
    'machine/cpu_percent 1',
  ])
})
