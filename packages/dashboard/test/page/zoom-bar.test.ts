import { expect, it } from 'vitest'
import type { Range } from '../../src/curves/axis.js'
import { drawnText } from '../../src/page/zoom-bar.js'

const curve = (x: readonly number[], count: number) => ({
  ...{ run: 'a', x, y: x, count, notFinite: 0 },
})
const text = (x: readonly number[], count: number, range: Range | undefined, isLive = true) => {
  const charts = [{ name: 'loss', interval: 'step' as const, curves: [curve(x, count)] }]
  return drawnText(charts, { axis: 'step', range }, isLive)
}

it('says how much of the curves is drawn', () => {
  expect(drawnText([], { axis: 'step', range: undefined }, true)).toBe('')
  expect(text([0, 1, 2], 3, undefined)).toBe('every value is drawn')
  expect(text([0, 5, 9], 10, undefined)).toMatch(/^up to 3 points of up to 10 values/)
  // The neighbours on either side of the range do not count.
  expect(text([1, 2, 3, 4], 2, { from: 2, to: 3 })).toBe('step 2 to 3: every value is drawn')
  expect(text([0, 9], 10, undefined, false)).toMatch(/^this file holds up to 2 points/)
  expect(text([0, 1, 2], 3, { from: 0, to: 1 }, false)).toMatch(/2 points, which is what this file/)
})
