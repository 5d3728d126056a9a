import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { expect, it } from 'vitest'
import { layersModule } from '../../src/layers/index.js'
import { lab, onCpu } from '../helpers/lab.js'

onCpu()

it.each(['validate', 'test'] as const)(
  'a layers module gives its predictions to the hook at a batch’s end: %s',
  async (stage) => {
    const model = tfl.sequential({
      layers: [tfl.layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'ones' })],
    })
    const module = layersModule(model, {
      loss: 'meanSquaredError',
      optimizer: () => tf.train.sgd(0.1),
    })
    const { trainer } = lab()
    const seen: number[][] = []
    const hook = stage === 'test' ? 'testBatchEnd' : 'validationBatchEnd'
    trainer.hooks[hook].tap('look', ({ output, data }) => {
      const { y } = data as { y: tf.Tensor }
      seen.push([...(output as tf.Tensor).dataSync(), ...y.dataSync()])
    })
    const before = tf.memory().numTensors
    const batches = function* () {
      for (const x of [[[1], [2], [3]], [[4]]])
        yield { x: tf.tensor2d(x), y: tf.tensor2d(x.map(([value = 0]) => [2 * value])) }
    }
    const metrics = await trainer[stage](module, batches)
    expect(seen).toEqual([
      [1, 2, 3, 2, 4, 6],
      [4, 8],
    ])
    // (1 + 4 + 9 + 16) / 4
    expect(Object.values(metrics)).toEqual([expect.closeTo(7.5, 5)])
    expect(tf.memory().numTensors).toBe(before)
    model.dispose()
  },
)
