import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import * as layers from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { Trainer } from '../../src/index.js'
import { type LayersModuleOptions, layersModule } from '../../src/layers/index.js'
import { rejection } from '../helpers/lab.js'
import tables from './keras/tables.json' with { type: 'json' }

beforeAll(() => tf.setBackend('cpu'))

type Output = readonly [
  name: string,
  kernel: number[][],
  activation: 'softmax' | 'sigmoid' | 'linear',
]
type Batch = Readonly<Record<string, tf.Tensor | tf.Tensor[]>>
type Column = (from: number, to: number) => tf.Tensor | tf.Tensor[]

const [three = [], one = [], pair = []] = tables.kernels
const softmax: Output = ['a', three, 'softmax']
const sigmoid: Output = ['a', one, 'sigmoid']
const linear: Output = ['b', pair, 'linear']
const two = [softmax, linear]
const { classes, bits, numbers, weights } = tables

const indices: Column = (from, to) => tf.tensor1d(classes.slice(from, to))
const oneHot: Column = (from, to) => tf.oneHot(classes.slice(from, to), 3)
const bit: Column = (from, to) => tf.tensor2d(bits.slice(from, to), [to - from, 1])
const numberPair: Column = (from, to) => tf.tensor2d(numbers.slice(from, to))
const both: Column = (from, to) => [indices(from, to), numberPair(from, to)] as tf.Tensor[]
const rowWeights: Column = (from, to) => tf.tensor1d(weights.slice(from, to))

/** Batches of 4, 4 and 2 rows. */
const batchesOf = (columns: Readonly<Record<string, Column>>) =>
  function* (): Generator<Batch> {
    for (const [from, to] of [
      [0, 4],
      [4, 8],
      [8, 10],
    ] as const) {
      const made = Object.entries(columns).map(([name, column]) => [name, column(from, to)])
      yield { x: tf.tensor2d(tables.x.slice(from, to)), ...Object.fromEntries(made) }
    }
  }

function modelOf(outputs: readonly Output[]): layers.LayersModel {
  const input = layers.input({ shape: [3] })
  const dense = outputs.map(([name, kernel, activation]) =>
    layers.layers.dense({ units: kernel[0]?.length ?? 0, activation, name }),
  )
  const made = dense.map((layer) => layer.apply(input) as layers.SymbolicTensor)
  const model = layers.model({
    inputs: input,
    outputs: made.length === 1 ? (made[0] as layers.SymbolicTensor) : made,
  })
  tf.tidy(() => {
    for (const [index, [, kernel]] of outputs.entries())
      dense[index]?.setWeights([tf.tensor2d(kernel), tf.zeros([kernel[0]?.length ?? 0])])
  })
  return model
}

interface Case {
  readonly outputs: readonly Output[]
  readonly options: LayersModuleOptions
  readonly train: Readonly<Record<string, Column>>
  readonly validation?: Readonly<Record<string, Column>>
}

const byClass = { 0: 1, 1: 5, 2: 0.5 }
const losses = ['sparseCategoricalCrossentropy', 'meanSquaredError']
const cases: Readonly<Record<keyof typeof tables.cases, Case>> = {
  indices: {
    outputs: [softmax],
    options: { loss: 'sparseCategoricalCrossentropy', classWeight: byClass },
    train: { y: indices },
    validation: { y: indices },
  },
  oneHot: {
    outputs: [softmax],
    options: { loss: 'categoricalCrossentropy', classWeight: [1, 5, 0.5] },
    train: { y: oneHot },
    validation: { y: oneHot },
  },
  binary: {
    outputs: [sigmoid],
    options: { loss: 'binaryCrossentropy', classWeight: { 1: 5 } },
    train: { y: bit },
  },
  rows: {
    outputs: [sigmoid],
    options: { loss: 'meanSquaredError', sampleWeight: 'weight' },
    train: { y: bit, weight: rowWeights },
    validation: { y: bit, weight: rowWeights },
  },
  rowsOfPairs: {
    outputs: [linear],
    options: { loss: 'meanAbsoluteError', sampleWeight: 'weight' },
    train: { y: numberPair, weight: rowWeights },
  },
  outputs: { outputs: two, options: { loss: losses, lossWeights: [0.3, 2] }, train: { y: both } },
  outputsAndRows: {
    outputs: two,
    options: { loss: losses, lossWeights: { a: 0.3, b: 2 }, sampleWeight: { a: 'weight' } },
    train: { y: both, weight: rowWeights },
  },
}

async function fitted({ outputs, options, train, validation }: Case) {
  const model = modelOf(outputs)
  const module = layersModule(model, { optimizer: () => tf.train.sgd(0.1), ...options })
  const trainer = new Trainer({ maxEpochs: 2 })
  const data = { train: batchesOf(train), ...(validation && { validation: batchesOf(validation) }) }
  try {
    const { history } = await trainer.fit(module, data as never)
    const weights = model.getWeights().map((weight) => Array.from(weight.dataSync()))
    return { history, weights }
  } finally {
    model.dispose()
    await trainer.dispose()
  }
}

describe(`with weights the loss, the validation and the weights are those of ${tables.source}:`, () => {
  it.each(Object.entries(cases))('%s', async (name, given) => {
    const before = tf.memory().numTensors
    const expected = tables.cases[name as keyof typeof cases]
    const found = await fitted(given)
    for (const [metric, values] of Object.entries(expected.history))
      for (const [epoch, value] of values.entries())
        expect(found.history[epoch]?.[metric], `${metric} ${epoch}`).toBeCloseTo(value, 4)
    for (const [index, values] of expected.weights.entries())
      for (const [place, value] of values.entries())
        expect(found.weights[index]?.[place]).toBeCloseTo(value, 4)
    expect(tf.memory().numTensors).toBe(before)
  })
})

it('a sequential model that is not built yet has its weights and metrics', async () => {
  const model = layers.sequential({
    layers: [layers.layers.dense({ units: 1, inputShape: [3], kernelInitializer: 'zeros' })],
  })
  const options = {
    loss: 'meanSquaredError',
    optimizer: () => tf.train.sgd(0),
    classWeight: { 1: 5 },
  }
  const module = layersModule(model, options)
  const trainer = new Trainer({ maxEpochs: 1 })
  const { metrics } = await trainer.fit(module, { train: batchesOf({ y: bit }) } as never)
  const ones = bits.flat().filter((one) => one === 1).length
  expect(metrics.loss).toBeCloseTo((5 * ones) / 10, 5)
  model.dispose()
  await trainer.dispose()
})

it('weights of rows and classes are multiplied', async () => {
  const base = { loss: 'meanSquaredError', classWeight: { 0: 2, 1: 2 } } as const
  const train = { y: bit, weight: rowWeights }
  const doubled: Column = (from, to) =>
    tf.tensor1d(weights.slice(from, to).map((weight) => 2 * weight))
  const [one, other] = await Promise.all([
    fitted({ outputs: [sigmoid], options: { ...base, sampleWeight: 'weight' }, train }),
    fitted({
      outputs: [sigmoid],
      options: { loss: 'meanSquaredError', sampleWeight: 'weight' },
      train: { y: bit, weight: doubled },
    }),
  ])
  expect(one.history[1]?.loss).toBeCloseTo(other.history[1]?.loss ?? Number.NaN, 6)
})

describe('refuses', () => {
  const y = { y: bit }
  it.each<[string, LayersModuleOptions, Readonly<Record<string, Column>>, RegExp]>([
    [
      'a misspelt column',
      { sampleWeight: 'weight' },
      { ...y, weigth: rowWeights },
      /has the key "weigth"; .* and weight only. Did you mean "weight"\?/,
    ],
    [
      'a column that nobody uses',
      {},
      { ...y, weight: rowWeights },
      /has the key "weight"; .*by "sampleWeight"/,
    ],
    [
      'a missing column',
      { sampleWeight: 'weight' },
      y,
      /has no "weight", which "sampleWeight" names; it has "x", "y"/,
    ],
    [
      'weights of another shape',
      { sampleWeight: 'weight' },
      { ...y, weight: numberPair },
      /have the shape \[4,2\], the targets \[4,1\]; expected a weight for each row, \[4\]/,
    ],
    [
      'a loss of one number',
      { loss: (a, b) => tf.losses.meanSquaredError(a, b), classWeight: { 1: 2 } },
      y,
      /The loss of "a" has the shape \[\]; weights need one value for each of the 4 rows/,
    ],
  ])('%s', async (_, options, train, text) => {
    const before = tf.memory().numTensors
    const given = { outputs: [sigmoid], options: { loss: 'meanSquaredError', ...options }, train }
    expect((await rejection(fitted(given))).message).toMatch(text)
    expect(tf.memory().numTensors).toBe(before)
  })

  it.each<[string, LayersModuleOptions, RegExp]>([
    [
      'a class that is no index',
      { classWeight: { cat: 1 } as never },
      /"classWeight.cat" is for an output/,
    ],
    ['a weight that is no number', { classWeight: { 1: Number.NaN } }, /"classWeight.1" is NaN/],
    [
      'weights of an unknown output',
      { lossWeights: { aa: 1 } },
      /"lossWeights.aa" .*"a".*Did you mean "a"/,
    ],
    ['too many weights', { lossWeights: [1, 2] }, /"lossWeights" .*1 numbers/],
    ['columns of an unknown output', { sampleWeight: { c: 'w' } }, /"sampleWeight.c"/],
  ])('%s, at once', (_, options, text) => {
    const model = modelOf([sigmoid])
    const make = () =>
      layersModule(model, { loss: 'meanSquaredError', optimizer: 'sgd', ...options })
    expect(make).toThrow(text)
    model.dispose()
  })
})
