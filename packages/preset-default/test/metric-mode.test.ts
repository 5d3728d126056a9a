import { describe, expect, it } from 'vitest'
import { type Judgement, judgementOf, modeOf } from '../src/metric-mode.js'

describe('the mode of a metric', () => {
  it.each([
    ['loss', 'min'],
    ['val_loss', 'min'],
    ['val_loss/night', 'min'],
    ['meanSquaredError', 'min'],
    ['val_mse', 'min'],
    ['val_categoricalCrossentropy', 'min'],
    ['accuracy', 'max'],
    ['val_acc', 'max'],
    ['val_accuracy_epoch', undefined],
    ['top-5-accuracy', 'max'],
    ['val_f1', 'max'],
    ['score', undefined],
    ['val_learning_rate', undefined],
    ['lossless', undefined],
    ['epoch', undefined],
    ['', undefined],
  ])('%s: %s', (metric, mode) => {
    expect(modeOf(metric)).toBe(mode)
  })
})

describe('the judgement of a part', () => {
  it.each<[string, Judgement, Judgement, Judgement]>([
    [
      'is that of the whole',
      {},
      { monitor: 'val_loss', mode: 'max' },
      { monitor: 'val_loss', mode: 'max' },
    ],
    ['has the mode of the name', {}, { monitor: 'val_loss' }, { monitor: 'val_loss', mode: 'min' }],
    [
      'is its own first',
      { monitor: 'accuracy' },
      { monitor: 'val_loss', mode: 'min' },
      { monitor: 'accuracy', mode: 'max' },
    ],
    [
      'has its own mode',
      { mode: 'min' },
      { monitor: 'score', mode: 'max' },
      { monitor: 'score', mode: 'min' },
    ],
    [
      'has the mode of the whole for the same metric',
      { monitor: 'score' },
      { monitor: 'score', mode: 'max' },
      { monitor: 'score', mode: 'max' },
    ],
    [
      'has not the mode of another metric',
      { monitor: 'score' },
      { monitor: 'val_loss', mode: 'min' },
      { monitor: 'score' },
    ],
    ['stays open where nobody says', {}, {}, {}],
    ['is left as it is without a monitor', { mode: 'min' }, {}, { mode: 'min' }],
  ])('%s', (_, part, whole, expected) => {
    expect(judgementOf(part, whole)).toEqual(expected)
  })
})
