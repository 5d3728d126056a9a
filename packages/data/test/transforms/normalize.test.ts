import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { expect, test } from 'vitest'
import { arrayLoader, map, normalize, restoreNormalizer } from '../../src/index.js'
import { RunningMoments } from '../../src/transforms/running-moments.js'

const x = { data: Float32Array.of(1, 5, 10, 3, 5, 20, 5, 5, 60), shape: [3, 3] } as const
const y = Int32Array.of(1, 2, 3)

test('moments are those of the definition, however the rows are cut', () => {
  const values = Array.from({ length: 101 }, (_, index) => 1e6 + Math.sin(index))
  const moments = new RunningMoments('x')
  moments.add(values.slice(0, 7), 1)
  moments.add(values.slice(7), 1)
  const mean = values.reduce((sum, value) => sum + value, 0) / 101
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 101
  expect(moments.result([]).mean[0]).toBeCloseTo(mean, 8)
  expect(moments.result([]).std[0]).toBeCloseTo(Math.sqrt(variance), 8)
  expect(() => moments.add([1, 2], 2)).toThrow('has 1 features in one batch and 2 in another')
})

test('features are scaled as the training data had them; one that never varies becomes 0', async () => {
  const scaling = await normalize({ x, y })
  expect(scaling.state().columns).toEqual({
    x: { mean: [3, 5, 30], std: [Math.sqrt(8 / 3), 0, Math.sqrt(1400 / 3)], shape: [3] },
  })
  const before = tf.memory().numTensors
  for await (const batch of scaling.apply(arrayLoader({ x, y }, { batchSize: 2 }))) {
    expect(batch.y.dtype).toBe('int32')
    if (batch.x.shape[0] === 2) expect(batch.x.dataSync()[0]).toBeCloseTo(-2 / Math.sqrt(8 / 3), 5)
    expect(batch.x.dataSync()[1]).toBe(0)
    tf.dispose([batch.x, batch.y])
  }
  expect(tf.memory().numTensors).toBe(before)
})

test('channels are scaled over all places of all rows', async () => {
  const images = { data: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7), shape: [2, 2, 1, 2] } as const
  const scaling = await normalize({ images }, { per: 'channel' })
  expect(scaling.state().columns.images).toEqual({
    mean: [3, 4],
    std: [Math.sqrt(5), Math.sqrt(5)],
    shape: [2],
  })
})

test('what was learned is in the state of a loader, resumes, and serves prediction', async () => {
  const scaling = await normalize({ x, y })
  const chain = map(scaling.apply(arrayLoader({ x, y }, { batchSize: 2 })), (batch) => batch)
  const saved = JSON.parse(JSON.stringify({ meta: { loaders: { train: chain.state() } } }))
  const other = restoreNormalizer(saved)
  expect(other.state()).toEqual(scaling.state())
  const batch = { x: tf.tensor2d([[3, 5, 30]]), id: 7 }
  const scaled = other.batch(batch)
  expect([...scaled.x.dataSync()]).toEqual([0, 0, 0])
  expect(scaled.id).toBe(7)
  tf.dispose([batch.x, scaled.x])
  expect(() => restoreNormalizer({ meta: {} })).toThrow(
    'There is no state of normalize in {"meta":{}}',
  )

  const different = (await normalize({ x: new Float32Array(3) })).apply(arrayLoader({ x, y }))
  different.restore(scaling.apply(arrayLoader({ x, y })).state())
  expect(different.state().memory).toEqual(scaling.state())
})

test('rows of another shape are refused, not broadcast, and leave nothing', async () => {
  const images = { data: new Float32Array(24), shape: [2, 2, 2, 3] } as const
  const [channels, features] = [
    await normalize({ images }, { per: 'channel' }),
    await normalize({ x }),
  ]
  const before = tf.memory().numTensors
  const [grey, narrow] = [tf.ones([1, 2, 2, 1]), tf.ones([1, 2])]
  expect(() => channels.batch({ images: grey })).toThrow(
    'normalize learned column "images" of shape [3], but a batch has [1];',
  )
  expect(() => features.batch({ x: narrow })).toThrow(
    'learned column "x" of shape [3], but a batch has [2];',
  )
  tf.dispose([grey, narrow])
  const data = arrayLoader({ images: { data: new Float32Array(8), shape: [2, 2, 2, 1] } as const })
  await expect(channels.apply(data)[Symbol.asyncIterator]().next()).rejects.toThrow('has [1];')
  expect(tf.memory().numTensors).toBe(before)
})

test('rows of as many numbers in another shape are refused, to learn from and to scale', async () => {
  const rows = (shape: [number, number, number]) => ({ x: { data: new Float32Array(12), shape } })
  const scaling = await normalize(rows([2, 2, 3]))
  const turned = tf.ones([1, 3, 2])
  const text =
    'learned column "x" of shape [2,3], but a batch has [3,2]; give rows of the same shape'
  expect(() => scaling.batch({ x: turned })).toThrow(text)
  turned.dispose()
  const both = () => [{ x: tf.ones([1, 2, 3]) }, { x: tf.ones([1, 3, 2]) }]
  await expect(normalize(both)).rejects.toThrow(text)
})

test('a NaN among pixels is named by its row', async () => {
  const data = Float32Array.of(0, 1, 2, 3, 4, 5, Number.NaN, 7)
  await expect(normalize({ x: { data, shape: [2, 2, 2] } }, { per: 'channel' })).rejects.toThrow(
    'Column "x" has NaN in row 1 of',
  )
})

test('of several states that differ none is chosen', async () => {
  const one = await normalize({ x })
  const other = await normalize({ x: new Float32Array(3) })
  const states = [one, other].map((scaling) => scaling.state())
  expect(restoreNormalizer({ train: states[0], validation: states[0] }).state()).toEqual(states[0])
  expect(() => restoreNormalizer({ a: states[0], b: states[1] })).toThrow(
    'There are 2 different states of normalize in',
  )
})

test('learning from a loader leaves it where it was', async () => {
  const loader = arrayLoader({ x, y }, { batchSize: 2, shuffle: true, seed: 1 })
  const before = loader.state()
  await normalize(loader, { columns: ['x'] })
  expect(loader.state()).toEqual(before)
})

test.each<[object, object, string]>([
  [
    { x: Float32Array.of(1, Number.NaN) },
    {},
    'Column "x" has NaN in row 1 of what normalize learns from',
  ],
  [{ y }, {}, 'normalize found no batch with a column of float32'],
  [{ y }, { columns: ['x'] }, 'normalize finds no column "x" in a batch; it has "y".'],
  [{ y }, { column: ['x'] }, 'normalize has no option "column". Did you mean "columns"?'],
  [{ y }, { per: 'row' }, 'The per of normalize is "row"; give "feature" or "channel".'],
])('%j with %j is refused, and leaves nothing', async (train, options, text) => {
  const before = tf.memory().numTensors
  await expect(normalize(train as never, options)).rejects.toThrow(text)
  expect(tf.memory().numTensors).toBe(before)
})
