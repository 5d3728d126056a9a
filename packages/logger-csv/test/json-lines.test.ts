import type { MetricRecord, WriterRecord } from '@regimen/logger-kit/writer'
import { describe, expect, it } from 'vitest'
import { jsonLine, printableJson } from '../src/json-lines.js'

const place = { seq: 3, time: 5, step: 2, epoch: 1 }
const metric = (name: string, value: number): MetricRecord => ({
  ...{ ...place, kind: 'metric', name, value },
  ...{ source: 'train', interval: 'step', group: 0 },
})

describe('a metric as a line of JSON', () => {
  it.each([
    [0, '0'],
    [-0, '-0'],
    [-1.5, '-1.5'],
    [5e-324, '5e-324'],
    [Number.NaN, '"NaN"'],
    [Number.POSITIVE_INFINITY, '"Infinity"'],
    [Number.NEGATIVE_INFINITY, '"-Infinity"'],
  ])('with the value %d', (value, written) => {
    expect(jsonLine(metric('loss', value))).toBe(
      `{"seq":3,"t":5,"kind":"metric","name":"loss","value":${written},"step":2,"epoch":1,"context":"train","interval":"step"}\n`,
    )
  })

  it.each([
    ['__proto__', '"__proto__"'],
    ['', '""'],
    ['a"b\n', '"a\\"b\\n"'],
    ['a\u202eb', '"a\\u202eb"'],
    ['\u009b31m', '"\\u009b31m"'],
  ])('with the name %j', (name, written) => {
    const line = jsonLine(metric(name, 1))
    expect(line).toContain(`"name":${written},`)
    expect(JSON.parse(line)).toMatchObject({ name, value: 1 })
  })
})

it('another record is a line too, with what does not print escaped', () => {
  const record: WriterRecord = {
    ...place,
    kind: 'text',
    name: 'a',
    text: '\u2028',
    format: 'plain',
  }
  expect(jsonLine(record)).toBe(
    '{"seq":3,"t":5,"kind":"text","name":"a","value":"\\u2028","format":"plain","step":2,"epoch":1}\n',
  )
})

it.each([
  ['', ''],
  ['"é 漢 😀"', '"é 漢 😀"'],
  ['"\u007f"', '"\\u007f"'],
  ['"\u2066\u2069"', '"\\u2066\\u2069"'],
])('printable JSON has the same values: %j', (json, printable) => {
  expect(printableJson(json)).toBe(printable)
})
