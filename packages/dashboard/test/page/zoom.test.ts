import { describe, expect, it } from 'vitest'
import { movedRange, scaledRange, within } from '../../src/page/zoom.js'

const extent = { from: 0, to: 100 }

describe('a range', () => {
  it.each([
    [undefined, 0.5, { from: 25, to: 75 }],
    [{ from: 40, to: 60 }, 0.5, { from: 45, to: 55 }],
    [{ from: 40, to: 60 }, 2, { from: 30, to: 70 }],
    [{ from: 0, to: 60 }, 2, { from: 0, to: 90 }],
    [{ from: 25, to: 75 }, 2, undefined],
  ])('%j, %d times as long', (range, factor, expected) => {
    expect(scaledRange(range, extent, factor)).toEqual(expected)
  })

  it.each([
    [undefined, 0.5, undefined],
    [{ from: 40, to: 60 }, 0.5, { from: 50, to: 70 }],
    [{ from: 40, to: 60 }, -0.5, { from: 30, to: 50 }],
    [{ from: 75, to: 95 }, 0.5, { from: 80, to: 100 }],
    [{ from: 5, to: 25 }, -0.5, { from: 0, to: 20 }],
  ])('%j, moved by %d', (range, share, expected) => {
    expect(movedRange(range, extent, share)).toEqual(expected)
  })

  it.each([
    [
      { from: -5, to: 50 },
      { from: 0, to: 50 },
    ],
    [{ from: -5, to: 105 }, undefined],
    [{ from: 7, to: 7 }, undefined],
    [{ from: 200, to: 300 }, undefined],
  ])('%j, cut to what there is', (range, expected) => {
    expect(within(range, extent)).toEqual(expected)
  })
})
