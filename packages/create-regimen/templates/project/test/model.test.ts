import { useWasm } from '@regimen/backend-wasm'
import { Trainer } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { classes, inputShape, loaders } from '../src/data.js'
import { model, module } from '../src/model.js'

beforeAll(() => useWasm())

it('gives a probability for each class', async () => {
  const probabilities = tf.tidy(() => model().predict(tf.zeros([2, ...inputShape])) as tf.Tensor)
  expect(probabilities.shape).toEqual([2, classes])
  const sums = await tf.sum(probabilities, 1).data()
  for (const sum of sums) expect(sum).toBeCloseTo(1, 5)
})

it('learns: the loss falls within a few batches', async () => {
  const { train } = await loaders()
  const trainer = new Trainer({ maxEpochs: 3, limitBatches: { train: 10 } })
  const { history } = await trainer.fit(module(), { train })
  const losses = history.map(({ loss }) => loss ?? Number.NaN)
  expect(losses).toHaveLength(3)
  expect(losses[2]).toBeLessThan(losses[0] ?? Number.NaN)
})
