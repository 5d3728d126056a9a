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
  expect(curveOf({ id: 'a' }, series, ALL)).toEqual({
    run: 'a',
    x: [0, 2, 5],
    y: [1, 3, null],
    count: 3,
    notFinite: 1,
  })
})

it('a curve is smoothed before it is thinned out', () => {
  const values = Array.from({ length: 1000 }, (_, step) => [step, step % 2] as const)
  const { smoothed = [], x } = curveOf({ id: 'a' }, seriesOf('loss', values), {
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

it('a part of a curve has all of its points, or more than the whole had there, and one on either side', () => {
  const values = Array.from({ length: 1000 }, (_, step) => [step, step % 7] as const)
  const part = (from: number, to: number) =>
    curveOf({ id: 'a' }, seriesOf('loss', values), { ...ALL, range: { from, to } })
  const few = part(500, 519.5)
  expect(few.x).toEqual(Array.from({ length: 22 }, (_, at) => 499 + at))
  expect(few.count).toBe(20)
  const many = part(200, 799)
  expect(many.count).toBe(600)
  expect([many.x[0], many.x.at(-1), many.x.length <= 100]).toEqual([199, 800, true])
  const whole = curveOf({ id: 'a' }, seriesOf('loss', values), ALL)
  const inside = (xs: readonly number[]) => xs.filter((x) => x >= 200 && x <= 799).length
  expect(inside(many.x)).toBeGreaterThan(1.5 * inside(whole.x))
  expect([part(-5, -1).count, part(5000, 6000).x]).toEqual([0, [999]])
})

it('smoothing of a part is that of the whole', () => {
  const values = Array.from({ length: 50 }, (_, step) => [step, step === 0 ? 100 : 0] as const)
  const series = seriesOf('loss', values)
  const options = { ...ALL, smoothing: 0.9 }
  const whole = curveOf({ id: 'a' }, series, options)
  const part = curveOf({ id: 'a' }, series, { ...options, range: { from: 10, to: 20 } })
  expect(part.smoothed).toEqual(whole.smoothed?.slice(9, 22))
})

it('a curve along times leaves out values without one, in every order of the clock', () => {
  const series = seriesOf('loss', [
    [0, 5],
    [1, 4],
    [2, 3],
    [3, 2],
  ])
  for (const time of [3000, Number.NaN, 2000]) series.times.push(time)
  const along = (axis: 'time' | 'relative', startedAt?: number) =>
    curveOf({ id: 'a', startedAt }, series, { ...ALL, axis })
  expect(along('time')).toMatchObject({ x: [2, 3], y: [3, 5], count: 2 })
  expect(along('relative', 1000)).toMatchObject({ x: [1, 2], y: [3, 5] })
  expect(along('relative')).toMatchObject({ x: [-1, 0] })
  expect(curveOf({ id: 'a' }, series, { ...ALL, others: ['epoch', 'time'] }).places).toEqual({
    epoch: [0, 0, 0, 0],
    time: [3, null, 2, null],
  })
})
