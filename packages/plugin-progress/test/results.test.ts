import { describe, expect, it } from 'vitest'
import { resultText } from '../src/results.js'

const watched = { plugin: 'early-stopping', mode: 'min', step: 6 } as const
const shown = {
  title: 'fit ended: reached maxEpochs',
  facts: ['4 epochs'],
  metrics: [
    ['loss', 700.5],
    ['val_loss', 768.6],
  ],
  ranges: new Map(),
} as const

describe('the table of a fit', () => {
  it('has the best value that a plugin watched, and its epoch from 1', () => {
    const best = [
      { ...watched, monitor: 'val_loss', value: 9.01, epoch: 1 },
      { ...watched, plugin: 'checkpoint', monitor: 'val_loss', value: 9.01, epoch: 1 },
    ]
    expect(
      resultText({ ...shown, best }, 80)
        .split('\n')
        .slice(3),
    ).toEqual([
      'metric     last  best (epoch)',
      '────────  ─────  ────────────',
      'loss      700.5',
      'val_loss  768.6     9.010 (2)',
    ])
  })

  it('has a row for a metric that is in no other, and both values where plugins differ', () => {
    const best = [
      { ...watched, monitor: 'score', value: 1, epoch: 0 },
      { ...watched, plugin: 'second', monitor: 'score', value: 2, epoch: 3 },
    ]
    const last = resultText({ ...shown, best }, 80)
      .split('\n')
      .at(-1)
    expect(last).toBe('score            1.000 (1), 2.000 (4)')
  })

  it('has no such column where nothing is watched', () => {
    expect(resultText({ ...shown, best: [] }, 80)).not.toContain('best')
  })
})
