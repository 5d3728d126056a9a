import { describe, expect, it } from 'vitest'
import { batched, LIMITS, metricName, numberField, parameterFields } from '../src/batches.js'

describe('batches', () => {
  const metric = (at: number) => ({ key: `m${at}`, value: at, timestamp: 1, step: at })
  const metrics = (count: number) => Array.from({ length: count }, (_, at) => metric(at))

  it.each([
    [0, []],
    [1000, [1000]],
    [1001, [1000, 1]],
    [2500, [1000, 1000, 500]],
  ])('of %i metrics', (count, sizes) => {
    const found = batched(metrics(count), LIMITS.metrics)
    expect(found.map(({ length }) => length)).toEqual(sizes)
    expect(found.flat()).toEqual(metrics(count))
  })

  it('are no larger in bytes than MLflow takes, whatever the script', () => {
    const params = Array.from({ length: 100 }, (_, at) => ({
      key: `p${at}`,
      value: 'ü'.repeat(6000),
    }))
    const found = batched(params, LIMITS.params)
    expect(found.length).toBeGreaterThan(1)
    for (const part of found) {
      const body = JSON.stringify({ run_id: 'f'.repeat(32), params: part })
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(LIMITS.bytes)
    }
    expect(found.flat()).toEqual(params)
  })
})

it.each([
  [{ name: 'loss', source: 'train', interval: 'step' }, undefined, 'loss'],
  [{ name: 'loss', source: 'train', interval: 'epoch' }, undefined, 'loss_epoch'],
  [{ name: 'a_epoch', source: 'train', interval: 'epoch' }, undefined, 'a_epoch'],
  [{ name: 'val_loss', source: 'validation', interval: 'epoch' }, 'p', 'p-val_loss'],
] as const)('%o is called as the other loggers call it', (record, prefix, name) => {
  expect(metricName(record, prefix)).toBe(name)
})

it.each([
  [0.5, 0.5],
  [-0, '-0'],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
])('the number %d is sent as %o', (value, sent) => expect(numberField(value)).toBe(sent))

it('a parameter that is cut shows it', () => {
  expect(parameterFields({ name: 'a', value: 'abcdef' }, 4)).toEqual({ key: 'a', value: 'abc…' })
  expect(parameterFields({ name: 'a', value: null }, 4)).toEqual({ key: 'a', value: 'null' })
})
