import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Trainer } from '@regimen/core'
import { lrLogger } from '@regimen/plugin-lr-logger'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { expect, test } from 'vitest'
import { jsonlLogger } from '../src/jsonl-logger.js'

test('every metric becomes a line, those that the learning-rate logger adds too', async () => {
  await tf.setBackend('cpu')
  const before = tf.memory().numTensors
  const rootDir = mkdtempSync(join(tmpdir(), 'mnist-logger-'))
  const w = tf.tidy(() => tf.variable(tf.scalar(0)))
  const module = {
    trainingStep: (x: tf.Tensor1D) => tf.losses.meanSquaredError(x, tf.mul(x, w)) as tf.Scalar,
    variables: () => ({ w }),
    configureOptimizers: () => tf.train.sgd(0.5),
  }
  const rates = lrLogger({ interval: 'epoch', requireScheduler: false })
  const trainer = new Trainer({ maxEpochs: 2, rootDir, plugins: [jsonlLogger(), rates] })
  await trainer.fit(module, { train: () => [tf.tensor1d([1, 3]), tf.tensor1d([2])].values() })
  await trainer.dispose()
  w.dispose()
  const text = readFileSync(join(rootDir, 'metrics.jsonl'), 'utf8')
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines).toMatchObject([
    { epoch: 0, step: 1, interval: 'epoch', values: { 'lr-SGD': 0.5 } },
    { epoch: 1, step: 3, interval: 'epoch', values: { 'lr-SGD': 0.5 } },
  ])
  expect(tf.memory().numTensors).toBe(before)
})

test('it is written as a third party would write it, in at most 40 lines', () => {
  const source = readFileSync(new URL('../src/jsonl-logger.ts', import.meta.url), 'utf8')
  expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(40)
})
