import { describe, expect, it } from 'vitest'
import { flow, truncate } from '../src/format.js'
import { type Range, widened } from '../src/history.js'
import { byOrigin, shownNames } from '../src/shown-metrics.js'
import { plainDelayMs } from '../src/tracker.js'

describe('plainDelayMs', () => {
  it('doubles the wait, up to six times the interval', () => {
    expect([0, 1, 2, 3, 50].map((lines) => plainDelayMs(lines, 10))).toEqual([10, 20, 40, 60, 60])
  })
})

describe('widened', () => {
  const after = (values: readonly number[]): Range | undefined => {
    let range: Range | undefined
    for (const [index, value] of values.entries()) range = widened(range, value, index + 1)
    return range
  }

  it.each([
    [[3, 1, 2], 1, 2, 3, 1],
    [[1, 1], 1, 1, 1, 1],
    [[Number.NaN, 2, Number.NaN], 2, 2, 2, 2],
    [[5, Number.NEGATIVE_INFINITY], Number.NEGATIVE_INFINITY, 2, 5, 1],
  ])('finds the extremes of %j', (values, low, lowEpoch, high, highEpoch) => {
    expect(after(values)).toEqual({
      low: { value: low, epoch: lowEpoch },
      high: { value: high, epoch: highEpoch },
      count: values.length,
    })
  })

  it('has no extremes where all is NaN', () => {
    expect(after([Number.NaN])).toEqual({ low: undefined, high: undefined, count: 1 })
  })
})

describe('names', () => {
  it('leaves out a name with a suffix where the plain one is there', () => {
    expect(shownNames(['a', 'a_step', 'a_epoch', 'b_step'])).toEqual(['a', 'b_step'])
  })

  it('orders a table by where metrics come from', () => {
    expect(byOrigin(['val_loss', 'lr', 'loss'])).toEqual(['loss', 'lr', 'val_loss'])
  })
})

describe('text', () => {
  it.each([
    ['plain', 5, 'plain'],
    ['plainer', 5, 'plai…'],
    ['精度指標', 5, '精度…'],
    ['精度指標', 4, '精…'],
    ['👩‍🔬👩‍🔬', 3, '👩‍🔬…'],
    ['any', 1, '…'],
    ['any', 0, ''],
  ])('cuts %s to %d columns', (text, width, cut) => {
    expect(truncate(text, width)).toBe(cut)
  })

  it('flows parts over lines', () => {
    expect(flow(['one', 'two', 'a_long_word'], 9)).toEqual(['one  two', 'a_long_w…'])
  })
})
