import { pluginContract } from '@regimen/testing'
import * as tf from '@tensorflow/tfjs-core'
import { it } from 'vitest'
import { batchFinder } from '../src/index.js'

const train = (batchSize: number) =>
  function* () {
    yield tf.ones([batchSize])
  }

it('keeps the plugin contract', () =>
  pluginContract(() => batchFinder({ train, max: 16, steps: 1 }), {
    readme: new URL('../README.md', import.meta.url),
  }))
