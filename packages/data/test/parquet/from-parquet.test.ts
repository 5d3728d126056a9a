import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { loaderContract } from '@regimen/testing'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fromParquet } from '../../src/parquet/from-parquet.js'
import type { TableOptions } from '../../src/table/table-options.js'

const table = (rowGroupSize?: number) =>
  parquetWriteBuffer({
    ...(rowGroupSize && { rowGroupSize }),
    columnData: [
      { name: 'n', data: [1, 2, 3, 4, 5], type: 'INT32' },
      { name: 'big', data: [1n, 2n, 3n, 4n, 5n], type: 'INT64' },
      { name: 'd', data: [0.5, null, 1.5, 2.5, 3.5], type: 'DOUBLE', nullable: true },
      { name: 'c', data: ['a', 'b', 'a', 'b', 'a'], type: 'STRING' },
      { name: 'ok', data: [true, false, true, false, true], type: 'BOOLEAN' },
      {
        name: 'day',
        data: [0, 1, 2, 3, 4].map((n) => new Date(n * 86_400_000)),
        type: 'TIMESTAMP',
      },
    ],
  })

type Source = Parameters<typeof fromParquet>[0]

async function read(source: Source, options?: TableOptions) {
  const batches: Record<string, unknown>[] = []
  for await (const batch of fromParquet(source, options)) {
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

describe('fromParquet', () => {
  test('reads every type, nulls and dictionaries, over row groups', async () => {
    for (const groups of [undefined, 2]) {
      const [batch] = await read({ bytes: table(groups) }, { missing: 'mean' })
      expect(batch).toEqual({
        n: [1, 2, 3, 4, 5],
        big: [1, 2, 3, 4, 5],
        d: [0.5, 2, 1.5, 2.5, 3.5],
        c: ['a', 'b', 'a', 'b', 'a'],
        ok: [1, 0, 1, 0, 1],
        day: [0, 1, 2, 3, 4],
      })
    }
  })

  test('makes a matrix from files on disk, one after the other', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'regimen-parquet-'))
    try {
      const path = join(folder, 'a.parquet')
      await writeFile(path, Buffer.from(table()))
      const options = { features: ['n', 'c'], target: 'ok', batchSize: 8 }
      const [batch, rest] = await read([path, path], options)
      expect(batch?.x).toEqual([1, 2, 3, 4, 5, 1, 2, 3].map((n) => [n, n % 2, (n + 1) % 2]))
      expect(rest?.y).toEqual([[0], [1]])
      await expect(read(join(folder, 'no.parquet'))).rejects.toMatchObject({
        code: 'REG_DATA_FILE',
      })
      await expect(read(folder)).rejects.toMatchObject({ code: 'REG_DATA_FILE' })
      await writeFile(path, Buffer.from(table()).subarray(0, 300))
      await expect(read(path)).rejects.toMatchObject({
        code: 'REG_DATA_FORMAT',
        message: expect.stringMatching(/no whole Parquet file/),
      })
      await writeFile(path, '')
      await expect(read(path)).rejects.toMatchObject({ code: 'REG_DATA_EMPTY' })
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('refuses a null without a rule, and an int64 that a number cannot hold', async () => {
    await expect(read({ bytes: table(), name: 'a.parquet' })).rejects.toMatchObject({
      code: 'REG_DATA_CELL',
      message: expect.stringMatching(/a\.parquet, row 2, column "d": found/),
    })
    const large = parquetWriteBuffer({
      columnData: [{ name: 'id', data: [1n, 9007199254740993n], type: 'INT64' }],
    })
    for (const options of [
      {},
      { columns: { id: 'number' } },
      { columns: { id: 'integer' } },
    ] as const)
      await expect(read({ bytes: large }, options)).rejects.toThrow(/row 2.*9007199254740993/)
    const [batch] = await read({ bytes: large }, { columns: { id: 'string' } })
    expect(batch?.id).toEqual(['1', '9007199254740993'])
  })

  test('keeps the loader contract, in memory and as a stream', async () => {
    for (const stream of [false, true])
      await loaderContract(() =>
        fromParquet(
          { bytes: table(2) },
          {
            target: 'ok',
            missing: 'mean',
            batchSize: 2,
            stream,
            shuffle: true,
            seed: 1,
            shuffleBuffer: 3,
          },
        ),
      )
  })
})
