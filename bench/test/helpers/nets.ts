import * as tf from '@tensorflow/tfjs-core'
import { linear, type NetSpec } from '../../src/nets.js'

/** The nets of the bench, (b) scaled down so that cpu trains it too. */
export const specs: Readonly<Record<'linear' | 'mlp', NetSpec>> = {
  linear,
  mlp: {
    widths: [20, 12, 12, 10],
    batchSize: 16,
    task: 'classification',
    optimizer: () => tf.train.adam(0.001),
  },
}

export const STEPS = 50
