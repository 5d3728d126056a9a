import { loaderContract } from '@regimen/testing'
import * as tf from '@tensorflow/tfjs-core'
import * as tfData from '@tensorflow/tfjs-data'
import '@tensorflow/tfjs-backend-cpu'
import { beforeEach, describe, test, vi } from 'vitest'
import {
  arrayLoader,
  augment,
  batch,
  bucketByLength,
  combine,
  concat,
  type DatasetLike,
  map,
  normalize,
  prefetch,
  shuffle,
  skip,
  take,
  weightedSample,
} from '../src/index.js'

const row = Int32Array.from({ length: 10 }, (_, index) => index)
const x = {
  data: Float32Array.from({ length: 20 }, (_, index) => Math.sqrt(index)),
  shape: [10, 2],
} as const
const rows = (batchSize = 3) => arrayLoader({ row, x }, { batchSize, shuffle: true, seed: 1 })
type Rows = { readonly row: tf.Tensor1D; readonly x: tf.Tensor }
let open = 0
const points = Array.from({ length: 5 }, (_, id) => ({ id, at: [id, -id] }))
const samples = Array.from({ length: 5 }, (_, id) => ({
  id,
  words: Array.from({ length: id }, () => 1),
}))
const classes = Array.from(row, (index) => (index < 8 ? 'many' : 'few'))
const dataset = () => {
  const columns = tfData.zip({ row: tfData.array([1, 2, 3]), x: tfData.array([[1], [2], [3]]) })
  return columns.batch(2) as unknown as DatasetLike<Rows>
}
const scaling = await normalize({ x })

/** A source that has no position, and counts what it has open. */
async function* stream(epoch: number): AsyncGenerator<Rows> {
  open++
  try {
    for (let index = 0; index < 4; index++) {
      await Promise.resolve()
      yield { row: tf.tensor1d([epoch, index]), x: tf.ones([2, 2]) }
    }
  } finally {
    open--
  }
}

const twice = ({ row, x }: Rows) => ({ row, x: tf.mul(tf.add(x, 0), 2), again: row })
const noise = (
  { row, x }: Rows,
  random: { rows: number; sample(row: number): { uniform(): number } },
) => ({
  row,
  x: tf.mul(
    x,
    tf.tensor2d(
      Array.from({ length: random.rows }, (_, index) => [random.sample(index).uniform()]),
    ),
  ),
})
const LOADERS = {
  arrayLoader: () => rows(),
  map: () => map(rows(), twice),
  'map of a generator': () => map(stream, twice),
  'map, asynchronous': () => map(rows(), async (batch) => batch),
  'map of samples': () => map(rows(), ({ row, x }) => ({ row, sum: tf.sum(x) }), { per: 'sample' }),
  'map of samples, asynchronous': () =>
    map(rows(), async ({ row }) => ({ row: tf.neg(row) }), { per: 'sample' }),
  augment: () => augment(rows(), noise, { seed: 1 }),
  'augment of samples': () =>
    augment(rows(), ({ row, x }, random) => ({ row, x: tf.mul(x, random.normal()) }), {
      seed: 1,
      per: 'sample',
    }),
  'augment of a generator': () => augment(stream, noise, { seed: 1 }),
  prefetch: () => prefetch(rows(), 2),
  'prefetch of more than there is': () => prefetch(stream, 9),
  take: () => take(rows(), 2),
  'take of a generator': () => take(stream, 2),
  'take of more than there is': () => take(stream, 9),
  skip: () => skip(rows(), 2),
  'skip of a generator': () => skip(stream, 2),
  concat: () => concat(rows(), rows(4)),
  'concat of a generator': () => concat<Rows>(stream, rows(), stream),
  'combine until the longest': () => combine({ a: rows(), b: rows(5), c: rows(4) }),
  'combine until the shortest': () =>
    combine({ a: rows(), b: rows(5), c: stream }, { until: 'shortest' }),
  shuffle: () => shuffle(rows(2), { bufferSize: 3, seed: 1 }),
  'shuffle of a generator': () => shuffle(stream, { bufferSize: 3, seed: 1 }),
  batch: () => batch(points, { batchSize: 2 }),
  'batch that drops the last': () =>
    batch(shuffle(points, { seed: 1 }), { batchSize: 2, dropLast: true }),
  bucketByLength: () =>
    bucketByLength(shuffle(samples, { seed: 1 }), {
      by: 'words',
      boundaries: [1, 3],
      batchSize: 2,
    }),
  weightedSample: () => weightedSample({ row, x }, { by: classes, batchSize: 4, seed: 1 }),
  normalize: () => scaling.apply(rows()),
  'tf.data.Dataset': () => map(dataset(), twice),
  'a chain over a tf.data.Dataset': () =>
    prefetch(augment(concat<Rows>(dataset(), rows()), noise, { seed: 2 })),
  'a chain': () =>
    prefetch(augment(map(concat(rows(), take(rows(), 2)), twice), noise, { seed: 2 }), 3),
  'a chain over a stream': () =>
    prefetch(shuffle(skip(map(stream, twice), 1), { bufferSize: 2, seed: 3 })),
}

// Sources without a position say so, once.
beforeEach(() => void vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined))

describe('the contract of loaders is kept by', () => {
  test.each(Object.entries(LOADERS))('%s', (_, factory) =>
    loaderContract(factory, { open: () => open, epochs: 2 }),
  )
})
