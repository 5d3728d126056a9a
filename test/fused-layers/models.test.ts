import '@tensorflow/tfjs-backend-cpu'
import { useWasm } from '@regimen/backend-wasm'
import { Trainer } from '@regimen/core'
import { fuseLayers, layersModule, weightNames } from '@regimen/core/layers'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { steadyRandom } from './steady-random.js'

beforeAll(() => useWasm())
beforeEach(async () => {
  steadyRandom()
  vi.spyOn(console, 'warn').mockReturnValue()
  await tf.setBackend('wasm')
})
afterEach(() => vi.restoreAllMocks())

const { layers } = tfl

const models: Record<string, () => tfl.LayersModel> = {
  'LSTM after an embedding with masks': () =>
    sequential(
      layers.embedding({ inputDim: 9, outputDim: 3, maskZero: true, inputLength: 6 }),
      layers.lstm({ units: 5 }),
    ),
  'stacked GRU and LSTM': () =>
    sequential(
      layers.embedding({ inputDim: 9, outputDim: 3, inputLength: 6 }),
      layers.gru({ units: 4, returnSequences: true }),
      layers.lstm({ units: 5, recurrentActivation: 'sigmoid' }),
    ),
  'GRU in both directions with masks': () =>
    sequential(
      layers.embedding({ inputDim: 9, outputDim: 3, maskZero: true, inputLength: 6 }),
      layers.bidirectional({
        layer: layers.gru({ units: 4, returnSequences: true }) as never,
        mergeMode: 'concat',
      }),
      layers.globalAveragePooling1d({}),
    ),
  'LSTM in a model in a model': () => {
    const inner = sequential(layers.lstm({ units: 3, inputShape: [6, 3] }))
    return sequential(layers.embedding({ inputDim: 9, outputDim: 3, inputLength: 6 }), inner)
  },
  'LSTM for each of many sequences': () =>
    sequential(
      layers.embedding({ inputDim: 9, outputDim: 3, inputLength: 6 }),
      layers.reshape({ targetShape: [2, 3, 3] }),
      layers.timeDistributed({ layer: layers.lstm({ units: 4 }) }),
      layers.flatten(),
    ),
  'decoder that starts with the states of an encoder': () => {
    const tokens = tfl.input({ shape: [6] })
    const x = layers.embedding({ inputDim: 9, outputDim: 3 }).apply(tokens) as tfl.SymbolicTensor
    const encoder = layers.lstm({ units: 4, returnState: true })
    const [, hidden, cell] = encoder.apply(x) as tfl.SymbolicTensor[]
    const states = [hidden, cell] as tfl.SymbolicTensor[]
    const decoder = layers.lstm({ units: 4 })
    const out = decoder.apply([x, ...states]) as tfl.SymbolicTensor
    return tfl.model({ inputs: tokens, outputs: head(out) })
  },
}

describe.each(Object.keys(models))('%s', (name) => {
  it('predicts and learns what it does without kernels of whole sequences', async () => {
    const plain = (models[name] as () => tfl.LayersModel)()
    const model = (models[name] as () => tfl.LayersModel)()
    model.setWeights(plain.getWeights())
    const config = JSON.stringify(model.toJSON())
    const weights = Object.keys(weightNames(model))
    fuseLayers(model)
    fuseLayers(model)
    expect(JSON.stringify(model.toJSON())).toBe(config)
    expect(Object.keys(weightNames(model))).toEqual(weights)

    const { kernelNames } = await tf.profile(() => model.predict(batch().x) as tf.Tensor)
    expect(kernelNames.some((kernel) => kernel === 'LSTM' || kernel === 'GRU')).toBe(true)
    expect(kernelNames.filter((kernel) => kernel === 'Unpack').length).toBeLessThan(2)

    const [expected, actual] = [curve(plain), curve(model)]
    for (const [i, loss] of actual.entries()) expect(loss).toBeCloseTo(expected[i] as number, 5)
    expect(actual.at(-1)).toBeLessThan(actual[0] as number)
  })
})

it('layersModule lets a model use the kernels, and a run leaves nothing behind', async () => {
  const model = sequential(
    layers.embedding({ inputDim: 9, outputDim: 3, inputLength: 6 }),
    layers.lstm({ units: 5, returnSequences: true }),
    layers.dropout({ rate: 0.5 }),
    layers.lstm({ units: 5 }),
  )
  const module = layersModule(model, {
    loss: 'meanSquaredError',
    optimizer: () => tf.train.adam(0.01),
  })
  const { x, y } = batch()
  const before = tf.memory().numTensors
  const names = new Set<string>()
  const watched: typeof module = {
    ...module,
    trainingStep: (...step) => {
      const result = module.trainingStep(...step)
      for (const { kernelName } of tf.engine().state.activeTape) names.add(kernelName)
      return result
    },
  }
  await new Trainer({ maxEpochs: 3 }).fit(watched, { train: [{ x, y }] })
  expect(tf.memory().numTensors).toBe(before)
  expect(names).toContain('RandomDropout')
  expect(names).not.toContain('Unpack')
})

function sequential(...rest: tfl.layers.Layer[]): tfl.Sequential {
  const model = tfl.sequential({ layers: rest })
  if (rest.length > 1) model.add(layers.dense({ units: 1 }))
  return model
}
const head = (x: tfl.SymbolicTensor) => layers.dense({ units: 1 }).apply(x) as tfl.SymbolicTensor

/** Tokens with zeros at both ends, and targets. */
function batch(): { x: tf.Tensor2D; y: tf.Tensor2D } {
  const tokens = [
    [1, 2, 3, 4, 0, 0],
    [0, 0, 5, 6, 7, 8],
    [8, 7, 6, 5, 4, 3],
    [1, 0, 2, 0, 3, 0],
  ]
  return { x: tf.tensor2d(tokens), y: tf.tensor2d([[1], [-1], [0.5], [0]]) }
}

/** The losses of ten steps. */
function curve(model: tfl.LayersModel): number[] {
  const optimizer = tf.train.sgd(0.1)
  const { x, y } = batch()
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable)
  return Array.from({ length: 10 }, () => {
    const loss = optimizer.minimize(
      () => tf.losses.meanSquaredError(y, model.apply(x, { training: true }) as tf.Tensor),
      true,
      variables,
    ) as tf.Scalar
    return loss.dataSync()[0] as number
  })
}
