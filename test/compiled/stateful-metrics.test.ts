import { useWasm, wasm } from '@regimen/backend-wasm'
import { definePlugin, type Plugin, Trainer } from '@regimen/core'
import { layersModule } from '@regimen/core/layers'
import { compile } from '@regimen/plugin-compile'
import * as tf from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import { beforeAll, expect, it } from 'vitest'
import { auroc, evaluate, f1 } from '../../packages/metrics/src/index.js'

beforeAll(() => useWasm())

const rows = Array.from({ length: 96 }, (_, row) => [Math.sin(3 * row), Math.cos(row * row)])
const labels = rows.map(([x = 0, y = 0]) => (x > 0 ? (y > 0.3 ? 2 : 1) : 0))
function* data() {
  for (let at = 0; at < rows.length; at += 8)
    yield {
      x: tf.tensor2d(rows.slice(at, at + 8)),
      y: tf.tensor1d(labels.slice(at, at + 8)),
      weight: tf.tensor1d(
        labels.slice(at, at + 8).map((label, index) => 1 + ((label * index) % 3)),
      ),
    }
}

async function trained(plugins: readonly Plugin[]) {
  const texts: string[] = []
  const reporter = definePlugin({
    name: 'reporter',
    apply: ({ provide }) =>
      provide('reporter', { report: ({ message }) => void texts.push(message) }),
  })
  const model = layers.sequential({
    layers: [layers.layers.dense({ units: 3, inputShape: [2], activation: 'softmax' })],
  })
  tf.tidy(() =>
    model.setWeights([tf.tensor2d([0.4, -0.2, 0.9, 0.1, 0.7, -1], [2, 3]), tf.zeros([3])]),
  )
  const module = layersModule(model, {
    loss: 'sparseCategoricalCrossentropy',
    optimizer: () => tf.train.sgd(0.3),
    classWeight: { 0: 1, 1: 5, 2: 0.5 },
    sampleWeight: 'weight',
    metrics: ['accuracy', f1({ classes: 3 })],
  })
  const all = [
    wasm(),
    reporter,
    evaluate({ metrics: { auroc: auroc({ classes: 3 }) } }),
    ...plugins,
  ]
  const trainer = new Trainer({ maxEpochs: 3, plugins: all })
  const { history } = await trainer.fit(module, { train: data, validation: data })
  const weights = model.getWeights().map((weight) => Array.from(weight.dataSync()))
  model.dispose()
  await trainer.dispose()
  return { history, weights, texts }
}

it('weights, stateful metrics and evaluations of replayed steps are those of traced ones, to the bit', async () => {
  const before = tf.memory().numTensors
  const traced = await trained([])
  const replayed = await trained([compile({ verifyEvery: 5 })])
  expect(replayed.texts.join(' ')).toMatch(/(2[4-9]|3\d) of 36 steps were replayed/)
  expect(replayed.history).toEqual(traced.history)
  expect(replayed.weights).toEqual(traced.weights)
  expect(traced.history[2]).toMatchObject({
    f1: expect.any(Number),
    val_f1: expect.any(Number),
    val_auroc: expect.any(Number),
  })
  expect(tf.memory().numTensors).toBe(before)
})
