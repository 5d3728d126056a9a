import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import * as data from '@tensorflow/tfjs-data'
import { beforeAll, expect, it } from 'vitest'
import { Trainer } from '../../src/index.js'
import { type LineBatch, lineModule } from '../helpers/line.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

it('trains and validates on a tf.data.Dataset, again in each epoch, and disposes of its batches', async () => {
  const rows = Array.from({ length: 12 }, (_, row) => ({ x: [row / 12], y: [(3 * row) / 12 - 1] }))
  const dataset = data.array(rows).batch(5) as unknown as data.Dataset<tf.TensorContainer>
  const module = lineModule()
  const before = tf.memory().numTensors
  const trainer = new Trainer({ maxEpochs: 2, sanityBatches: 0 })
  const sizes: number[] = []
  trainer.hooks.batchStart.tap('test', ({ data: batch }) => {
    sizes.push((batch as LineBatch).x.shape[0])
  })
  const source = dataset as unknown as { iterator(): Promise<AsyncIterator<LineBatch>> }
  const result = await trainer.fit(module, { train: source, validation: source })
  expect(sizes).toEqual([5, 5, 2, 5, 5, 2])
  expect(trainer.state).toMatchObject({ step: 6, samples: 24, validations: 2 })
  expect(result.metrics.val_loss).toBeGreaterThan(0)
  expect(tf.memory().numTensors).toBe(before)
  module.dispose()
})
