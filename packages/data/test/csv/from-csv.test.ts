import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { arrayLoader } from '../../src/array-loader.js'
import { type CsvOptions, fromCsv } from '../../src/csv/from-csv.js'
import type { Encoders } from '../../src/table/encoders.js'

/** Batches as plain numbers and texts. */
async function epochOf(loader: AsyncIterable<Record<string, tf.Tensor>>) {
  const batches: Record<string, unknown>[] = []
  for await (const batch of loader) {
    batches.push(
      Object.fromEntries(Object.entries(batch).map(([name, t]) => [name, t.arraySync()])),
    )
    tf.dispose(batch)
  }
  return batches
}

const read = (text: string, options?: CsvOptions) => epochOf(fromCsv({ text }, options))

let tensors: number
beforeEach(() => {
  tensors = tf.memory().numTensors
})
afterEach(() => {
  expect(tf.memory().numTensors).toBe(tensors)
})

const people = 'age,city,member,price\n30,Rome,true,1.5\n40,Oslo,false,2.5\n50,Rome,true,3.5\n'

describe('fromCsv', () => {
  test('makes a matrix of features and one of the target', async () => {
    const batches = await read(people, { target: 'price', batchSize: 2 })
    expect(batches).toEqual([
      {
        x: [
          [30, 0, 1, 1],
          [40, 1, 0, 0],
        ],
        y: [[1.5], [2.5]],
      },
      { x: [[50, 0, 1, 1]], y: [[3.5]] },
    ])
  })

  test('makes a tensor for each column, of the type found', async () => {
    const loader = fromCsv({ text: `${people.trim()}\n` })
    const dtypes: Record<string, string> = {}
    for await (const batch of loader) {
      for (const [name, tensor] of Object.entries(batch)) dtypes[name] = tensor.dtype
      tf.dispose(batch)
    }
    expect(dtypes).toEqual({ age: 'int32', city: 'string', member: 'int32', price: 'float32' })
    const [batch] = await read(people)
    expect(batch).toEqual({
      age: [30, 40, 50],
      city: ['Rome', 'Oslo', 'Rome'],
      member: [1, 0, 1],
      price: [1.5, 2.5, 3.5],
    })
  })

  test('takes features in the order asked for, several targets, another delimiter, names', async () => {
    const options = { features: ['c', 'a'], target: ['b'], names: ['a', 'b', 'c'], delimiter: ';' }
    expect(await read('1;2;3\n4;5;6', options)).toEqual([
      {
        x: [
          [3, 1],
          [6, 4],
        ],
        y: [[2], [5]],
      },
    ])
  })

  test('reads BOM, CRLF, quotes with line breaks and dates', async () => {
    const text = '\uFEFFday,note\r\n1970-01-03,"a ""b"",\nc"\r\n'
    expect(await read(text)).toEqual([{ day: [2], note: ['a "b",\nc'] }])
  })

  test.each<[string, CsvOptions, unknown]>([
    ['mean', { missing: 'mean' }, [[1], [2], [3]]],
    ['median', { missing: 'median' }, [[1], [2], [3]]],
    ['a constant', { missing: { constant: -1 } }, [[1], [-1], [3]]],
    [
      'an indicator',
      { columns: { a: { missing: 'mean', indicator: true } } },
      [
        [1, 0],
        [2, 1],
        [3, 0],
      ],
    ],
  ])('fills a missing value with %s', async (_, options, x) => {
    const batches = await read('a\n1\nNA\n3\n', { features: ['a'], ...options })
    expect(batches).toEqual([{ x }])
  })

  test.each<[string, string, CsvOptions, RegExp]>([
    [
      'a missing value',
      'a,b\n1,2\n3,\n',
      { target: 'b' },
      /people\.csv, line 3, column "b": found ""/,
    ],
    [
      'a bad cell',
      'a\n1\nx\n',
      { columns: { a: 'number' } },
      /line 3, column "a": found "x"; expected a finite/,
    ],
    [
      'a bad integer',
      'a\n1\n1.5\n',
      { columns: { a: 'integer' } },
      /line 3.*"1.5"; expected a whole/,
    ],
    ['an int32 overflow', 'a\n3000000000\n', { columns: { a: 'integer' } }, /line 2.*int32/],
    [
      'a whole number that float32 rounds',
      'a\n16777217\n',
      { features: ['a'], columns: { a: 'integer' } },
      /line 2.*rounds/,
    ],
    ['a number beyond float32', 'a\n1e300\n', { features: ['a'] }, /line 2.*float32/],
    ['a bad date', 'a\n2023-02-30\n', { columns: { a: 'date' } }, /line 2.*2023-02-30/],
    [
      'an unknown category',
      'a\nred\n',
      { columns: { a: { categories: ['blue'] } } },
      /line 2.*"red".*"blue"/,
    ],
    ['a mean of texts', 'a,b\nx,1\n,2\n', { target: 'b', missing: 'mean' }, /line 3, column "a"/],
    [
      'a missing target under a rule for all',
      'a,b\n1,\n',
      { target: 'b', columns: { b: 'number' }, missing: 'mean' },
      /line 2, column "b"/,
    ],
  ])('refuses %s', async (_, text, options, message) => {
    const loader = fromCsv({ text, name: 'people.csv' }, options)
    await expect(epochOf(loader)).rejects.toMatchObject({
      name: 'RegimenError',
      code: 'REG_DATA_CELL',
      message: expect.stringMatching(message),
      data: { file: 'people.csv', line: expect.any(Number), column: expect.any(String) },
    })
  })

  test.each<[string, string, CsvOptions, string, RegExp]>([
    [
      'a row that is too short',
      'a,b\n1,2\n3\n',
      {},
      'REG_DATA_FORMAT',
      /line 3: it has 1 cell; expected 2/,
    ],
    ['two columns of a name', 'a,a\n1,2\n', {}, 'REG_DATA_FORMAT', /"a" twice/],
    ['no rows', 'a,b\n', {}, 'REG_DATA_EMPTY', /no row of data/],
    ['nothing', '', {}, 'REG_DATA_EMPTY', /is empty/],
    [
      'a column that is not there',
      'a;b\n1;2\n',
      { target: 'b' },
      'REG_DATA_COLUMN',
      /Is its delimiter ";"\?/,
    ],
    [
      'a column of missing values',
      'a,b\n,1\n',
      { target: 'b' },
      'REG_DATA_COLUMN',
      /missing values only/,
    ],
    ['a column without a name', ',b\n0,1\n', { target: 'b' }, 'REG_DATA_COLUMN', /has no name/],
    ['lines that end with CR', 'a,b\r1,2\r', {}, 'REG_DATA_FORMAT', /carriage return/],
    [
      'texts in a matrix',
      'a,b\nx,1\n',
      { target: 'b', columns: { a: 'string' } },
      'REG_DATA_COLUMN',
      /texts/,
    ],
  ])('refuses %s', async (_, text, options, code, message) => {
    await expect(read(text, options)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
  })

  test.each<[CsvOptions, RegExp]>([
    [{ batchSize: 0 }, /"batchSize" is 0/],
    [{ delimiter: '' }, /"delimiter" is ""/],
    [{ target: 'a', features: ['a'] }, /without the target/],
    [{ missing: 'mode' as 'mean' }, /"missing" is "mode"/],
    [{ columns: { a: 'float' as 'number' } }, /"columns\.a\.type" is "float"/],
    [{ columns: { a: { type: 'string', missing: 'mean' } } }, /"columns\.a\.missing"/],
    [{ seed: -1 }, /"seed" is -1/],
    [{ encoders: { version: 2 } as never }, /"encoders" is/],
  ])('refuses the options %j at once', (options, message) => {
    expect(() => fromCsv('a.csv', options)).toThrow(message)
    expect(() => fromCsv('a.csv', { batchsize: 3 } as CsvOptions)).toThrow(/batchSize/)
    expect(() => fromCsv([])).toThrow(/"files" is/)
  })

  test('shuffles anew each epoch, by the seed alone, and can drop a last batch', async () => {
    const text = `a\n${Array.from({ length: 20 }, (_, row) => row).join('\n')}`
    const options = { shuffle: true, seed: 7, batchSize: 6, dropLast: true }
    const loader = fromCsv({ text }, options)
    const [first, second] = [await epochOf(loader), await epochOf(loader)]
    expect(first).toHaveLength(3)
    expect(second).not.toEqual(first)
    expect(await epochOf(fromCsv({ text }, options))).toEqual(first)
    expect(loader.size).toBe(3)
    expect(loader.rows).toBe(20)
  })

  test('encoders are fit on their own file only, and applied to others', async () => {
    const train = fromCsv(
      { text: 'c,n,y\nb,1,0\na,,1\n,3,1\n' },
      {
        target: 'y',
        columns: { c: { type: 'category', unknown: 'slot', missing: { constant: 'none' } } },
        missing: 'mean',
      },
    )
    const test = fromCsv({ text: 'y,n,c\n1,,zebra\n0,9,a\n' }, { encoders: train.encoders })
    expect(await epochOf(test)).toEqual([
      {
        x: [
          [0, 0, 0, 1, 2],
          [1, 0, 0, 0, 9],
        ],
        y: [[1], [0]],
      },
    ])
    const json = JSON.parse(JSON.stringify(train.encoders)) as Encoders
    const withoutTarget = fromCsv({ text: 'c,n\nb,5\n' }, { encoders: json })
    expect(await epochOf(withoutTarget)).toEqual([{ x: [[0, 1, 0, 0, 5]] }])
  })

  test('encoders say so when they are not fit yet', () => {
    const { encoders } = fromCsv({ text: people })
    expect(() => JSON.stringify(encoders)).toThrow(/not fit yet/)
  })

  test('gives columns to arrayLoader and texts', async () => {
    const table = fromCsv({ text: people }, { target: 'price', columns: { city: 'category' } })
    const columns = await table.columns()
    expect(columns.x.shape).toEqual([3, 4])
    for (const batch of arrayLoader(columns, { batchSize: 3 })) {
      expect(batch.y.arraySync()).toEqual([[1.5], [2.5], [3.5]])
      tf.dispose([batch.x, batch.y])
    }
    const named = fromCsv({ text: people })
    expect(await named.texts('city')).toEqual(['Rome', 'Oslo', 'Rome'])
    await expect(named.columns()).rejects.toThrow(/city/)
  })
})
