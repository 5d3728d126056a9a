import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { loaderContract } from '@regimen/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fromJsonl, type JsonlOptions } from '../../src/jsonl/from-jsonl.js'

async function read(text: string, options?: JsonlOptions) {
  const batches: Record<string, unknown>[] = []
  for await (const batch of fromJsonl({ text, name: 'a.jsonl' }, options)) {
    batches.push(
      Object.fromEntries(Object.entries(batch).map(([name, t]) => [name, t.arraySync()])),
    )
    tf.dispose(batch)
  }
  return batches
}

let tensors: number
beforeEach(() => {
  tensors = tf.memory().numTensors
})
afterEach(() => {
  expect(tf.memory().numTensors).toBe(tensors)
})

const text = '{"n":1,"c":"a","y":true}\n\n{"y":false,"n":2.5,"c":"b"}\n{"n":null,"c":"a","y":true}'

describe('fromJsonl', () => {
  test('reads columns by key, with the options of fromCsv', async () => {
    expect(await read(text, { target: 'y', missing: { constant: 9 } })).toEqual([
      {
        x: [
          [1, 1, 0],
          [2.5, 0, 1],
          [9, 1, 0],
        ],
        y: [[1], [0], [1]],
      },
    ])
  })

  test('makes the columns of nested samples by a function', async () => {
    const nested = '{"a":{"b":[1,2]}}\n{"a":{"b":[]}}\n{"a":{"b":[5]}}\n'
    const map: JsonlOptions['map'] = ({ a }, { line }) =>
      a.b.length === 0 ? null : { first: a.b[0], line }
    expect(await read(nested, { map })).toEqual([{ first: [1, 5], line: [1, 3] }])
  })

  test.each<[string, string, JsonlOptions, string, RegExp]>([
    [
      'a line that is no JSON',
      '{"a":1}\n{"a":\n',
      {},
      'REG_DATA_FORMAT',
      /a\.jsonl, line 2 is not JSON/,
    ],
    [
      'a line that is no object',
      '[1]\n',
      {},
      'REG_DATA_FORMAT',
      /line 1 is \[1\]; expected an object/,
    ],
    [
      'a key that is new',
      '{"a":1}\n{"a":1,"b":2}\n',
      {},
      'REG_DATA_FORMAT',
      /line 2 has the key "b"/,
    ],
    [
      'a missing value',
      '{"a":1,"b":1}\n{"a":1}\n',
      {},
      'REG_DATA_CELL',
      /line 2, column "b": found undefined/,
    ],
    [
      'a nested cell',
      '{"a":[1]}\n',
      { columns: { a: 'number' } },
      'REG_DATA_CELL',
      /line 1, column "a": found \[1\]/,
    ],
    [
      'a nested cell of a type to be found',
      '{"a":[1]}\n',
      {},
      'REG_DATA_CELL',
      /line 1, column "a"/,
    ],
    ['an empty file', '\n\n', {}, 'REG_DATA_EMPTY', /no row of data/],
  ])('refuses %s', async (_, broken, options, code, message) => {
    await expect(read(broken, options)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
  })

  test('a function that throws is an error of the run', async () => {
    const map = () => {
      throw new Error('mine')
    }
    await expect(read(text, { map })).rejects.toThrow('mine')
  })

  test('keeps the loader contract', () =>
    loaderContract(() =>
      fromJsonl({ text }, { names: ['c', 'y'], shuffle: true, seed: 4, batchSize: 2 }),
    ))
})
