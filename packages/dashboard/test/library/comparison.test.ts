import { expect, it } from 'vitest'
import { compareRuns } from '../../src/library/comparison.js'
import type { RunRow } from '../../src/library/run-row.js'

function row(id: string, hparams: RunRow['hparams'], losses: readonly number[]): RunRow {
  const point = (value: number) => ({ epoch: 0, step: 0, value })
  const place = { source: 'train', notFinite: 0 } as const
  return {
    ...{ id, name: 'csv', version: id, outcome: 'finished', epochs: 1, hparams, faults: [] },
    metrics: [
      { name: 'loss', interval: 'step', count: 1, last: point(99), ...place },
      {
        ...{ name: 'loss', interval: 'epoch', count: losses.length, ...place },
        last: point(losses.at(-1) as number),
        min: point(Math.min(...losses)),
        max: point(Math.max(...losses)),
      },
    ],
  }
}

it('puts hyperparameters and metrics side by side, and marks where runs differ', () => {
  const rows = [
    row('a', { rate: 0.1, size: 8 }, [2, 1, 3]),
    row('b', { rate: 0.2, size: 8, extra: 'x' }, [3]),
  ]
  expect(compareRuns(rows)).toEqual({
    runs: ['a', 'b'],
    hparams: [
      { name: 'extra', values: [null, 'x'], isDifferent: true },
      { name: 'rate', values: [0.1, 0.2], isDifferent: true },
      { name: 'size', values: [8, 8], isDifferent: false },
    ],
    metrics: [
      { name: 'loss', which: 'last', values: [3, 3], isDifferent: false },
      { name: 'loss', which: 'min', values: [1, 3], isDifferent: true },
    ],
    checkpoints: [],
  })
})
