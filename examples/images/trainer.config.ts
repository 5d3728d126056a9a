import { defineConfig } from '@regimen/core/config'
import { layersModule } from '@regimen/core/layers'
import { augment, fromImages, randomAffine } from '@regimen/data'
import { adam } from '@regimen/optimizers'
import { seed } from '@regimen/plugin-seed'
import { presetDefault } from '@regimen/preset-default'
import { layers, sequential } from '@tensorflow/tfjs-layers'
import { writeDigits } from './src/prepare.js'

const FOLDER = 'runs/digits'

export default defineConfig({
  accelerator: 'wasm',
  compile: true,
  maxEpochs: 10,
  hparams: { learningRate: 2e-3, degrees: 10, filters: 16 },
  plugins: [seed(1), presetDefault({ monitor: 'val_accuracy', mode: 'max' })],
  module: ({ learningRate, filters }) => {
    const model = sequential({
      layers: [
        layers.conv2d({ filters, kernelSize: 5, activation: 'relu', inputShape: [28, 28, 1] }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.conv2d({ filters: 2 * filters, kernelSize: 5, activation: 'relu' }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dense({ units: 10, activation: 'softmax' }),
      ],
    })
    return layersModule(model, {
      loss: 'sparseCategoricalCrossentropy',
      optimizer: () => adam({ learningRate }),
      metrics: ['accuracy'],
    })
  },
  data: async ({ degrees }) => {
    writeDigits(FOLDER, 300)
    const options = { size: [28, 28], channels: 1, batchSize: 50, seed: 1 } as const
    const train = await fromImages(FOLDER, { ...options, shuffle: true, part: [0, 0.8] })
    const moved = randomAffine({ rotation: degrees, translation: 0.08, zoom: 0.1 })
    return {
      train: augment(train, ({ x, y }, random) => ({ x: moved(x, random), y }), { seed: 1 }),
      validation: await fromImages(FOLDER, { ...options, part: [0.8, 1] }),
    }
  },
})
