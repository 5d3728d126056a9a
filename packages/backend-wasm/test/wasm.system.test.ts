import { definePlugin, type Report, Trainer } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { wasm } from '../src/index.js'

it('loads the engine while a run is configured and says what it uses', async () => {
  const texts: string[] = []
  const reporter = definePlugin({
    name: 'reporter',
    apply({ provide }) {
      provide('reporter', { report: ({ message }: Report) => void texts.push(message) })
    },
  })
  const trainer = new Trainer({
    maxEpochs: 0,
    plugins: [reporter, wasm({ threads: 2, relaxedSimd: false })],
  })
  expect(tf.findBackendFactory('wasm')).toBeNull()

  const weights: tf.Variable[] = []
  const module = {
    setup: () => void weights.push(tf.variable(tf.scalar(0))),
    variables: () => weights,
    trainingStep: () => tf.scalar(0),
    configureOptimizers: () => tf.train.sgd(0),
  }
  await trainer.fit(module, { train: [] })
  expect(tf.getBackend()).toBe('wasm')
  expect(texts).toContain('The engine is wasm with SIMD, on 2 threads.')
})
