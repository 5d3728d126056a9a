import type { MetricRecord } from '@regimen/logger-kit/writer'
import { expect, it } from 'vitest'
import { metricFields, numberField } from '../../src/rest/values.js'

const record = (more: Partial<MetricRecord> = {}): MetricRecord => ({
  ...{ kind: 'metric', seq: 0, time: 1.6, step: 2, epoch: 1, name: 'loss', value: 0.5 },
  ...{ source: 'train', interval: 'step', group: 0 },
  ...more,
})

it.each([
  [0, 0],
  [-1.5, -1.5],
  [-0, '-0'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
])('the number %d is sent as %o', (value, field) => {
  expect(numberField(value)).toBe(field)
})

it.each<[Partial<MetricRecord>, prefix: string | undefined, name: string, context: string]>([
  [{}, undefined, 'loss', 'train'],
  [{}, 'run', 'run-loss', 'train'],
  [{}, '', '-loss', 'train'],
  [{ interval: 'epoch' }, undefined, 'loss_epoch', 'train'],
  [{ interval: 'epoch', name: 'acc_epoch' }, undefined, 'acc_epoch', 'train'],
  [{ interval: 'epoch', source: 'validation' }, undefined, 'loss', 'validate'],
  [{ interval: 'epoch', source: 'test' }, 'run', 'run-loss', 'test'],
])('the fields of %o with the prefix %j', (more, prefix, metricName, context) => {
  expect(metricFields(record(more), prefix)).toEqual({
    ...{ metricName, metricValue: 0.5, context },
    ...{ step: 2, epoch: 1, timestamp: 2 },
  })
})
