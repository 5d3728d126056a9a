import type { ManualStepContext } from '@regimen/core'
import { defineConfig } from '@regimen/core/config'
import { arrayLoader, map, split } from '@regimen/data'
import { adam } from '@regimen/optimizers'
import { seed } from '@regimen/plugin-seed'
import { presetDefault } from '@regimen/preset-default'
import * as tf from '@tensorflow/tfjs-core'
import { digits } from './src/digits.js'
import { dense } from './src/nets.js'

const NOISE = 32
type Batch = { real: tf.Tensor2D; noise: tf.Tensor2D }

export default defineConfig({
  accelerator: 'wasm',
  compile: true,
  maxEpochs: 15,
  hparams: { learningRate: 3e-4, hidden: 256 },
  plugins: [seed(1), presetDefault({ monitor: 'val_distance', mode: 'min' })],
  module: ({ learningRate, hidden }) => {
    const generator = dense('generator', [NOISE, hidden, 2 * hidden, 784])
    const critic = dense('critic', [784, 2 * hidden, hidden, 1])
    const forged = (noise: tf.Tensor) => tf.sigmoid(generator.apply(noise))
    const looksReal = (x: tf.Tensor) => tf.mean(tf.softplus(tf.neg(critic.apply(x))))
    const looksForged = (x: tf.Tensor) => tf.mean(tf.softplus(critic.apply(x)))
    return {
      automaticOptimization: false,
      variables: () => ({ ...generator.variables, ...critic.variables }),
      configureOptimizers: () => ({
        generator: adam({ learningRate, beta1: 0.5 }),
        critic: adam({ learningRate, beta1: 0.5 }),
      }),
      async trainingStep({ real, noise }: Batch, { optimize, log }: ManualStepContext) {
        await optimize('critic', () => {
          const loss = tf.add(looksReal(real), looksForged(forged(noise)))
          log('critic_loss', loss)
          return loss
        })
        await optimize('generator', () => {
          const loss = looksReal(forged(noise))
          log('generator_loss', loss)
          return loss
        })
      },
      // How far apart digits and forgeries are in mean and deviation of each pixel.
      validationStep({ real, noise }: Batch) {
        const [a, b] = [tf.moments(real, 0), tf.moments(forged(noise), 0)]
        const means = tf.mean(tf.abs(tf.sub(a.mean, b.mean)))
        const deviations = tf.mean(tf.abs(tf.sub(tf.sqrt(a.variance), tf.sqrt(b.variance))))
        return { distance: tf.add(means, deviations) }
      },
    }
  },
  data: () => {
    const { train, validation } = split(digits(), { train: 9000, validation: 1000 }, { seed: 1 })
    const withNoise = ({ real }: Omit<Batch, 'noise'>) => ({
      real,
      noise: tf.randomNormal<tf.Rank.R2>([real.shape[0], NOISE]),
    })
    return {
      train: map(arrayLoader(train, { batchSize: 100, shuffle: true, seed: 1 }), withNoise),
      validation: map(arrayLoader(validation, { batchSize: 1000 }), withNoise),
    }
  },
})
