import { Trainer } from '@regimen/core'
import { defineConfig } from '@regimen/core/config'
import { layersModule } from '@regimen/core/layers'
import { arrayLoader } from '@regimen/data'
import { adam } from '@regimen/optimizers'
import { loadWeights } from '@regimen/plugin-checkpoint'
import { freeze } from '@regimen/plugin-freeze'
import { seed } from '@regimen/plugin-seed'
import { presetDefault } from '@regimen/preset-default'
import { layers, sequential } from '@tensorflow/tfjs-layers'
import { fiveDigits } from './src/digits.js'

const net = (head: string, learningRate: number) => {
  const model = sequential({
    layers: [
      layers.conv2d({
        name: 'body_1',
        filters: 16,
        kernelSize: 5,
        activation: 'relu',
        inputShape: [28, 28, 1],
      }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ name: 'body_2', filters: 32, kernelSize: 5, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ name: head, units: 5, activation: 'softmax' }),
    ],
  })
  const optimizer = () => adam({ learningRate })
  return layersModule(model, {
    loss: 'sparseCategoricalCrossentropy',
    optimizer,
    metrics: ['accuracy'],
  })
}

/** A net that knows the digits 0 to 4, from 2,000 images. */
async function pretrained() {
  const trainer = new Trainer({ maxEpochs: 3 })
  const train = arrayLoader(fiveDigits(0, 0, 400), { batchSize: 50, shuffle: true, seed: 1 })
  await trainer.fit(() => net('head_0_to_4', 2e-3), { train })
  return trainer.snapshot()
}

export default defineConfig({
  accelerator: 'wasm',
  maxEpochs: 12,
  hparams: { learningRate: 2e-3, ofEach: 20 },
  plugins: [
    seed(1),
    // The new head learns alone at first; then the body too, a tenth as fast.
    freeze({ match: 'body_*', until: { epochs: 6 }, rate: 0.1 }),
    presetDefault({ monitor: 'val_accuracy', mode: 'max' }),
  ],
  module: async ({ learningRate }) => {
    const module = net('head_5_to_9', learningRate)
    await loadWeights(module, await pretrained(), { only: 'body_*/**' })
    return module
  },
  data: ({ ofEach }) => ({
    train: arrayLoader(fiveDigits(5, 0, ofEach), { batchSize: 20, shuffle: true, seed: 1 }),
    validation: arrayLoader(fiveDigits(5, 500, 700), { batchSize: 250 }),
  }),
})
