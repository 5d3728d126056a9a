import { Trainer } from '@regimen/core'
import { layersModule } from '@regimen/core/layers'
import * as tf from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { seed } from '../src/index.js'
import { shuffledRows } from './helpers/noisy-net.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const initializers = [
  'glorotNormal',
  'glorotUniform',
  'heNormal',
  'heUniform',
  'leCunNormal',
  'leCunUniform',
  'orthogonal',
  'randomNormal',
  'randomUniform',
  'truncatedNormal',
  'varianceScaling',
]

/** Weights of a model of tfjs-layers before and after an epoch with its dropout layer. */
async function weights(own: number, kernelInitializer: string): Promise<number[][]> {
  let model: layers.Sequential | undefined
  const values = () => (model?.getWeights() ?? []).map((weight) => [...weight.dataSync()])
  const start: number[][] = []
  const trainer = new Trainer({ maxEpochs: 1, plugins: [seed(own)] })
  await trainer.fit(
    () => {
      const dense = layers.layers.dense
      model = layers.sequential()
      model.add(dense({ units: 6, inputShape: [2], activation: 'tanh', kernelInitializer }))
      model.add(layers.layers.dropout({ rate: 0.5 }))
      model.add(dense({ units: 1, kernelInitializer }))
      start.push(...values())
      return layersModule(model, { loss: 'meanSquaredError', optimizer: () => tf.train.adam(0.05) })
    },
    () => ({ train: pairs() }),
  )
  const end = values()
  model?.dispose()
  return [...start, ...end]
}

function* pairsOf() {
  for (const { x, y } of shuffledRows()) yield { x: x as tf.Tensor, y: y as tf.Tensor }
}
const pairs = () => ({ [Symbol.iterator]: pairsOf })

describe('a model of tfjs-layers that is made in a function', () => {
  it.each(initializers)('has the same weights each time with %s', async (initializer) => {
    const [first, second] = [await weights(1, initializer), await weights(1, initializer)]
    expect(first).toEqual(second)
    expect(await weights(2, initializer)).not.toEqual(first)
    expect(first[0]).not.toEqual(first[4])
  })
})
