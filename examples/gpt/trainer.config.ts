import { defineConfig } from '@regimen/core/config'
import { arrayLoader } from '@regimen/data'
import { adamW } from '@regimen/optimizers'
import { gradientClip } from '@regimen/plugin-gradient-clip'
import { seed } from '@regimen/plugin-seed'
import { presetDefault } from '@regimen/preset-default'
import * as tf from '@tensorflow/tfjs-core'
import { gpt } from './src/gpt.js'
import { CHARACTERS, windows } from './src/text.js'

const CONTEXT = 64
type Batch = { text: tf.Tensor2D }

export default defineConfig({
  accelerator: 'wasm',
  compile: true,
  maxEpochs: 3,
  hparams: { learningRate: 2e-3, width: 96, blocks: 2 },
  plugins: [seed(1), gradientClip({ norm: 1 }), presetDefault({ monitor: 'val_loss' })],
  module: ({ learningRate, width, blocks }) => {
    const { variables, apply } = gpt(CHARACTERS.length, CONTEXT, width, blocks)
    const loss = ({ text }: Batch) => {
      const truth = tf.oneHot(tf.reshape(tf.slice(text, [0, 1]), [-1]), CHARACTERS.length)
      return tf.losses.softmaxCrossEntropy(truth, apply(tf.slice(text, [0, 0], [-1, CONTEXT])))
    }
    return {
      variables: () => variables,
      trainingStep: loss,
      validationStep: loss,
      configureOptimizers: () => adamW({ learningRate }),
    }
  },
  data: () => ({
    train: arrayLoader(windows(1, 120, CONTEXT + 1), { batchSize: 32, shuffle: true, seed: 1 }),
    validation: arrayLoader(windows(121, 135, CONTEXT + 1), { batchSize: 32 }),
  }),
})
