import { expect, it } from 'vitest'
import { RecordEncoder, valueJson } from '../src/records.js'
import { readFields } from './helpers/read-wandb.js'

it.each([
  [0.5, '0.5'],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
  [-0, '-0.0'],
  ['a"b', '"a\\"b"'],
  [null, 'null'],
])('%o is %s', (value, json) => expect(valueJson(value)).toBe(json))

it('records are numbered from 1 on, and each says its kind', () => {
  const encoder = new RecordEncoder()
  const run = { id: 'r1', startedAt: 1500, host: 'h', startingStep: 2, isResumed: true }
  const records = [
    encoder.header(),
    encoder.run(run),
    ...encoder.stepMetric(),
    encoder.history(new Map([['loss', 1]]), 7),
    encoder.exit(130, 9),
  ].map(readFields)
  expect(records.map((fields) => fields.get(1))).toEqual([[1], [2], [3], [4], [5], [6]])
  const kinds = records.map((fields) => [...fields.keys()].find((number) => number > 1))
  expect(kinds).toEqual([21, 17, 12, 12, 2, 18])
  const fields = readFields(records[1]?.get(17)?.[0] as Buffer)
  expect(String(fields.get(1)?.[0])).toBe('r1')
  expect(fields.get(14)).toEqual([2])
  expect(fields.get(18)).toEqual([1])
  expect(readFields(fields.get(17)?.[0] as Buffer).get(2)).toEqual([500_000_000])
})
