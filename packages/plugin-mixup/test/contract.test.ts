import { definePlugin } from '@regimen/core'
import { pluginContract } from '@regimen/testing'
import * as tf from '@tensorflow/tfjs-core'
import { it } from 'vitest'
import { mixup } from '../src/index.js'

/** The batches of the contract are tensors: here they become inputs and targets. */
const named = definePlugin({
  name: 'named-batches',
  apply: ({ id, hooks }) =>
    hooks.batch.tap(id, () => ({
      x: tf.tensor2d([1, 2], [2, 1]),
      y: tf.tensor1d([0, 1], 'int32'),
    })),
})

it('keeps the plugin contract', () =>
  pluginContract(() => mixup({ alpha: 1, smoothing: 0.1, classes: 2 }), {
    readme: new URL('../README.md', import.meta.url),
    companions: () => named,
  }))
