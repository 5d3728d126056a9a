import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import * as layers from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { Trainer } from '../../src/index.js'
import { layersModule, weightNames } from '../../src/layers/index.js'

beforeAll(() => tf.setBackend('cpu'))

const dense = (name?: string) =>
  layers.layers.dense({ units: 2, inputShape: [2], ...(name && { name }) })
const namesOf = (...all: ReturnType<typeof dense>[]) => {
  const model = layers.sequential({ layers: all })
  const names = Object.keys(weightNames(model))
  model.dispose()
  return names
    .filter((name) => name.endsWith('kernel'))
    .map((name) => name.replace(/\/kernel$/, ''))
}

describe('weights of a layers model', () => {
  it('have the names of the layers that were named, in every build the same', () => {
    const expected = ['body', 'dense_1', 'head', 'dense_2']
    expect(namesOf(dense('body'), dense(), dense('head'), dense())).toEqual(expected)
    expect(namesOf(dense('body'), dense(), dense('head'), dense())).toEqual(expected)
  })

  it('without a name of their own keep clear of names that were given', () => {
    expect(namesOf(dense(), dense('dense_1'), dense())).toEqual(['dense_2', 'dense_1', 'dense_3'])
  })

  it('of a name that only looks like one of tfjs have it', () => {
    expect(namesOf(dense('my_Dense'), dense('Dense1'), dense('x_dense1'))).toEqual([
      'my_Dense',
      'Dense1',
      'x_dense1',
    ])
  })

  it('of a model inside the model come after its name, a shared one once', () => {
    const shared = dense('shared')
    const encoder = layers.sequential({ name: 'encoder', layers: [dense(), shared] })
    const plain = layers.sequential({ layers: [dense('inner')] })
    const input = layers.input({ shape: [2] })
    const a = encoder.apply(input) as layers.SymbolicTensor
    const b = plain.apply(shared.apply(a)) as layers.SymbolicTensor
    const model = layers.model({ inputs: input, outputs: b })
    const names = Object.keys(weightNames(model))
    expect(names).toHaveLength(6)
    expect(new Set(names.map((name) => name.replace(/\/(kernel|bias)$/, '')))).toEqual(
      new Set(['encoder/dense_1', 'encoder/shared', 'sequential_1/inner']),
    )
    expect(new Set(Object.values(weightNames(model))).size).toBe(6)
    model.dispose()
  })

  it('are divided among optimizers by the names of layers', async () => {
    const model = layers.sequential({ layers: [dense('base'), dense('head')] })
    const module = {
      ...layersModule(model, { loss: 'meanSquaredError', optimizer: () => tf.train.sgd(0) }),
      configureOptimizers: () => ({ base: tf.train.sgd(0), head: tf.train.sgd(0.1) }),
    }
    const before = model.layers.map((layer) => layer.getWeights()[0]?.arraySync())
    const train = () => [{ x: tf.ones([3, 2]), y: tf.ones([3, 2]) }]
    await new Trainer({ maxEpochs: 1 }).fit(module, { train })
    const after = model.layers.map((layer) => layer.getWeights()[0]?.arraySync())
    expect(after[0]).toEqual(before[0])
    expect(after[1]).not.toEqual(before[1])
    model.dispose()
  })
})
