import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it, vi } from 'vitest'
import { accuracy, auroc, f1, type Metric, mean, r2 } from '../src/index.js'

vi.mock('../src/floor/host-values.js', async (original) => ({
  ...(await original<typeof import('../src/floor/host-values.js')>()),
  valuesAtHand: () => undefined,
}))

beforeAll(() => tf.setBackend('cpu'))

const factories: readonly [string, () => Metric<unknown>, expected: number][] = [
  ['accuracy', () => accuracy(), 0.5],
  ['f1', () => f1(), 2 / 3],
  ['auroc', () => auroc(), 1 / 3],
  ['r2', () => r2(), 1 - 1.1 / 0.75],
  ['mean', () => mean(), 0.7],
]
const predicted = [0.9, 0.8, 0.7, 0.4]
const expected = [1, 0, 1, 1]

it.each(factories)('%s waits for nothing until it is computed', async (_, make, value) => {
  const before = tf.memory().numTensors
  const downloads = ['data', 'dataSync'].map((name) =>
    vi.spyOn(tf.Tensor.prototype, name as 'data'),
  )
  const metric = make()
  for (const [index, prediction] of predicted.entries())
    tf.tidy(() => {
      metric.update(tf.tensor1d([prediction]), tf.tensor1d([expected[index] ?? 0]))
    })
  const calls = () => downloads.reduce((sum, { mock }) => sum + mock.calls.length, 0)
  expect(calls()).toBe(0)
  expect(tf.memory().numTensors).toBe(before + 4)
  expect(await metric.compute()).toBeCloseTo(value, 5)
  // One download for each batch, all at once.
  expect(calls()).toBe(4)
  expect(tf.memory().numTensors).toBe(before)
  for (const spy of downloads) spy.mockRestore()
})

it('64 batches are downloaded together, and a reset disposes of those that were not', () => {
  const before = tf.memory().numTensors
  const metric = f1()
  for (let batch = 0; batch < 65; batch++) metric.update([1], [1])
  expect(tf.memory().numTensors).toBe(before + 1)
  metric.reset()
  expect(tf.memory().numTensors).toBe(before)
})

it('what cannot be used is refused when it is known, and the rest is disposed of', async () => {
  const before = tf.memory().numTensors
  const metric = f1()
  for (const target of [1, 7, 1]) metric.update([1], [target])
  await expect(metric.compute()).rejects.toThrow(/1 of the targets are neither 0 nor 1/)
  expect(tf.memory().numTensors).toBe(before)
})
