import { createRequire } from 'node:module'
import { defineConfig } from '@regimen/core/config'
import { layersModule } from '@regimen/core/layers'
import { arrayLoader, fromCsv, kFold, normalize } from '@regimen/data'
import { mae, r2 } from '@regimen/metrics'
import { adamW } from '@regimen/optimizers'
import { seed } from '@regimen/plugin-seed'
import { presetDefault } from '@regimen/preset-default'
import { layers, sequential } from '@tensorflow/tfjs-layers'

const { resolve } = createRequire(import.meta.url)
const file = resolve('@stdlib/datasets-berndt-cps-wages-1985/data/data.csv')
const wages = fromCsv(file, { target: 'wage' })

export default defineConfig({
  accelerator: 'wasm',
  maxEpochs: 30,
  hparams: { fold: 0, units: 16, learningRate: 3e-3 },
  plugins: [seed(1), presetDefault({ monitor: 'val_r2', mode: 'max' })],
  module: async ({ units, learningRate }) => {
    const { x } = await wages.columns()
    const model = sequential({
      layers: [
        layers.dense({ units, activation: 'relu', inputShape: [x.shape[1]] }),
        layers.dropout({ rate: 0.2 }),
        layers.dense({ units: 1 }),
      ],
    })
    return layersModule(model, {
      loss: 'meanSquaredError',
      optimizer: () => adamW({ learningRate, weightDecay: 0.05 }),
      metrics: [mae(), r2()],
    })
  },
  data: async ({ fold }) => {
    const parts = kFold(await wages.columns(), { k: 5, seed: 1 })[fold]
    if (!parts) throw new RangeError(`There is no fold ${fold}: they are 0 to 4.`)
    const { train, validation } = parts
    const scale = await normalize(arrayLoader(train), { columns: ['x'] })
    return {
      train: scale.apply(arrayLoader(train, { batchSize: 32, shuffle: true, seed: 1 })),
      validation: scale.apply(arrayLoader(validation, { batchSize: 128 })),
    }
  },
})
