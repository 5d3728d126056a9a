import { expect, it } from 'vitest'
import { reportCurve } from '../../src/page/report-curve.js'

const curve = {
  ...{ run: 'a', x: [0, 1, 2], y: [4, null, 2], count: 3, notFinite: 1 },
  places: { epoch: [0, 0, 0], time: [30, 20, null] },
}

it('is along steps, or what else the file has', () => {
  expect(reportCurve(curve, { axis: 'step', weight: 0 })).toMatchObject({ x: [0, 1, 2] })
  expect(reportCurve(curve, { axis: 'epoch', weight: 0 })).toMatchObject({ x: [0, 0, 0] })
  const along = reportCurve(curve, { axis: 'time', weight: 0 })
  expect(along).toMatchObject({ x: [20, 30], y: [null, 4] })
  expect(reportCurve(curve, { axis: 'relative', weight: 0 }).x).toEqual([])
})

it('is smoothed over its points', () => {
  const { smoothed } = reportCurve(curve, { axis: 'step', weight: 0.5 })
  expect(smoothed).toEqual([4, null, expect.closeTo(2.667, 3)])
})
