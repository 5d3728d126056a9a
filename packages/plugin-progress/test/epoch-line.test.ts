import { expect, it } from 'vitest'
import { widthOf } from '../src/format.js'
import { type EpochSummary, epochLines } from '../src/lines.js'

const summary: EpochSummary = {
  label: 'epoch 3/10',
  remark: undefined,
  batches: 40,
  seconds: 1.25,
  metrics: [
    ['loss', 0.5],
    ['val_loss', 0.25],
    ['精度', Number.NaN],
  ],
}

it.each([
  [Number.POSITIVE_INFINITY, 'epoch 3/10  1.3 s  loss 0.5000  val_loss 0.2500  精度 NaN'],
  [60, 'epoch 3/10  1.3 s  loss 0.5000  val_loss 0.2500  精度 NaN'],
  [50, 'epoch 3/10  1.3 s  loss 0.5000  val_loss 0.2500\n  精度 NaN'],
  [40, 'epoch 3/10  1.3 s  loss 0.5000\n  val_loss 0.2500  精度 NaN'],
  [20, 'epoch 3/10  1.3 s\n  loss 0.5000\n  val_loss 0.2500\n  精度 NaN'],
])('shows every metric, on as many lines of %d columns as that takes', (width, text) => {
  expect(epochLines(summary, width).join('\n')).toBe(text)
})

it('never takes more columns than there are', () => {
  for (let width = 12; width <= 200; width++) {
    for (const line of epochLines(summary, width)) {
      expect(widthOf(line)).toBeLessThanOrEqual(width)
    }
  }
})

it('says how an epoch ended that did not simply end', () => {
  const text = epochLines({ ...summary, remark: 'interrupted', metrics: [] })
  expect(text).toEqual(['epoch 3/10 interrupted after 40 batches  1.3 s'])
})
