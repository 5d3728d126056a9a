import type { MetricRecord } from '@regimen/logger-kit/writer'
import { expect, it } from 'vitest'
import { Rows } from '../src/rows.js'

const value = (name: string, step: number, group: number, more: Partial<MetricRecord> = {}) => {
  const place = { seq: group, time: 2000, epoch: 0, source: 'train', interval: 'step' } as const
  return { kind: 'metric', ...place, name, step, group, value: step / 2, ...more } as const
}

it('what was logged at once is a row, and its number rises whatever the steps are', () => {
  const rows = new Rows(5, { startedAt: 1000, prefix: 'p' })
  const draft = rows.draft()
  for (const record of [value('a', 3, 1), value('b', 3, 1), value('a', 2, 3)]) draft.add(record)
  draft.add(value('a', 2, 4, { interval: 'epoch' }))
  const found = draft.finished().map(([number, row]) => [number, Object.fromEntries(row)])
  const own = { _timestamp: 2, _runtime: 1, epoch: 0 }
  expect(found).toEqual([
    [5, { ...own, _step: 5, 'trainer/global_step': 3, 'p-a': 1.5, 'p-b': 1.5 }],
    [6, { ...own, _step: 6, 'trainer/global_step': 2, 'p-a': 1 }],
    [7, { ...own, _step: 7, 'trainer/global_step': 2, 'p-a_epoch': 1 }],
  ])
  expect(rows.nextRow).toBe(5)
  rows.accept(draft)
  expect(rows.nextRow).toBe(8)
  expect(rows.summary.get('p-a')).toBe(1)
})
