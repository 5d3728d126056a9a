import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import * as layers from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { Trainer, type TrainingModule } from '../../src/index.js'
import { type LayersBatch, layersModule } from '../../src/layers/index.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const ROWS = 40
const BATCH = 4
const STEPS = 20

/** Values that look random and are always the same. */
function values(count: number, phase: number): number[] {
  return Array.from({ length: count }, (_, index) => Math.sin(index * 1.7 + phase) * 0.9)
}

function column(width: number, phase: number): tf.Tensor2D {
  return tf.tensor2d(values(ROWS * width, phase), [ROWS, width])
}

function positive(width: number, phase: number): tf.Tensor2D {
  return tf.tidy(() => tf.abs(column(width, phase)) as tf.Tensor2D)
}

/** Gives a model weights that do not depend on the process. */
function setWeights(model: layers.LayersModel): void {
  tf.tidy(() => {
    model.setWeights(
      model.getWeights().map((weight, index) => {
        const isVariance = weight.rank === 1 && index === 5
        const own = tf.tensor(values(weight.size, index), weight.shape)
        return isVariance ? tf.abs(own) : own
      }),
    )
  })
}

interface Case {
  readonly name: string
  readonly build: () => layers.LayersModel
  readonly compile: Pick<layers.ModelCompileArgs, 'loss' | 'metrics'>
  readonly x: () => tf.Tensor | tf.Tensor[]
  readonly y: () => tf.Tensor | tf.Tensor[]
}

const dense = (units: number, more: object = {}) =>
  layers.layers.dense({ units, activation: 'tanh', ...more })

const cases: readonly Case[] = [
  {
    name: 'an L2 regularizer and a metric',
    build: () => {
      const kernelRegularizer = layers.regularizers.l2({ l2: 0.05 })
      return layers.sequential({
        layers: [dense(5, { inputShape: [3], kernelRegularizer }), dense(2)],
      })
    },
    compile: { loss: 'meanSquaredError', metrics: ['mae'] },
    x: () => column(3, 0),
    y: () => column(2, 1),
  },
  {
    name: 'batch normalization',
    build: () =>
      layers.sequential({
        layers: [dense(6, { inputShape: [3] }), layers.layers.batchNormalization(), dense(1)],
      }),
    compile: { loss: 'meanSquaredError' },
    x: () => column(3, 2),
    y: () => column(1, 3),
  },
  {
    name: 'two inputs and two outputs with a loss each',
    build: () => {
      const a = layers.input({ shape: [3], name: 'a' })
      const b = layers.input({ shape: [2], name: 'b' })
      const joined = layers.layers
        .concatenate()
        .apply([dense(4).apply(a), dense(4).apply(b)] as layers.SymbolicTensor[])
      const first = dense(1, { name: 'first' }).apply(joined) as layers.SymbolicTensor
      const second = dense(2, { name: 'second', activation: 'softmax' }).apply(
        joined,
      ) as layers.SymbolicTensor
      return layers.model({ inputs: [a, b], outputs: [first, second] })
    },
    compile: { loss: { first: 'meanSquaredError', second: 'categoricalCrossentropy' } },
    x: () => [column(3, 4), column(2, 5)],
    y: () => [column(1, 6), positive(2, 7)],
  },
  {
    name: 'a frozen layer',
    build: () => {
      const model = layers.sequential({
        layers: [dense(5, { inputShape: [3] }), dense(4), dense(1)],
      })
      ;(model.layers[1] as layers.layers.Layer).trainable = false
      return model
    },
    compile: { loss: 'meanSquaredError', metrics: ['mse'] },
    x: () => column(3, 8),
    y: () => column(1, 9),
  },
]

function rows(tensors: tf.Tensor | tf.Tensor[], from: number): tf.Tensor | tf.Tensor[] {
  const cut = (tensor: tf.Tensor) => tf.slice(tensor, [from, 0], [BATCH, -1])
  return Array.isArray(tensors) ? tensors.map(cut) : cut(tensors)
}

const optimizers = {
  sgd: () => tf.train.sgd(0.05),
  adam: () => tf.train.adam(0.01),
}

describe.each(cases)('layersModule equals model.fit: $name', ({ build, compile, x, y }) => {
  it.each(['sgd', 'adam'] as const)('with %s over 20 steps', async (kind) => {
    const xs = x()
    const ys = y()
    const theirs = build()
    setWeights(theirs)
    const optimizer = optimizers[kind]()
    theirs.compile({ ...compile, optimizer })
    const losses: number[] = []
    await theirs.fit(xs, ys, {
      batchSize: BATCH,
      epochs: STEPS / (ROWS / BATCH),
      shuffle: false,
      verbose: 0,
      callbacks: { onBatchEnd: async (_, logs) => void losses.push(logs?.loss as number) },
    })

    const ours = build()
    setWeights(ours)
    const module = layersModule(ours, { ...compile, optimizer: optimizers[kind] })
    const before = tf.memory().numTensors
    const trainer = new Trainer({ maxSteps: STEPS })
    const own: number[] = []
    trainer.hooks.batchEnd.tapPromise('test', async ({ metrics }) => {
      own.push(await metrics.get('loss'))
    })
    const train = function* (): Generator<LayersBatch> {
      for (let from = 0; from < ROWS; from += BATCH) yield { x: rows(xs, from), y: rows(ys, from) }
    }
    await trainer.fit(module, { train })
    expect(tf.memory().numTensors).toBe(before)

    expect(own).toHaveLength(STEPS)
    for (const [index, loss] of losses.entries()) {
      expect(Math.abs((own[index] as number) - loss) / Math.abs(loss)).toBeLessThan(1e-6)
    }
    for (const [index, weight] of theirs.getWeights().entries()) {
      const expected = weight.dataSync()
      const found = (ours.getWeights()[index] as tf.Tensor).dataSync()
      const scale = Math.max(...expected.map(Math.abs))
      for (const [at, value] of expected.entries()) {
        expect(Math.abs((found[at] as number) - value) / scale).toBeLessThan(1e-6)
      }
    }
    tf.dispose([xs, ys])
    theirs.dispose()
    ours.dispose()
    optimizer.dispose()
  })
})

describe('layersModule', () => {
  const small = () => layers.sequential({ layers: [dense(2, { inputShape: [3] }), dense(1)] })

  it('names weights alike in every build', () => {
    const [first, second] = [small(), small()]
    const options = { loss: 'meanSquaredError', optimizer: () => tf.train.sgd(0.1) }
    const names = Object.keys(layersModule(first, options).variables())
    expect(names).toEqual(['dense_1/kernel', 'dense_1/bias', 'dense_2/kernel', 'dense_2/bias'])
    expect(Object.keys(layersModule(second, options).variables())).toEqual(names)
    first.dispose()
    second.dispose()
  })

  it('logs accuracy under the name that was asked for, and takes what compile said', async () => {
    const model = layers.sequential({
      layers: [dense(2, { inputShape: [3], activation: 'softmax' })],
    })
    const module = layersModule(model, {
      loss: 'categoricalCrossentropy',
      optimizer: () => tf.train.sgd(0.1),
      metrics: ['accuracy'],
    })
    const train = () => [{ x: column(3, 0), y: positive(2, 1) }]
    const result = await new Trainer({ maxEpochs: 1 }).fit(module, { train })
    expect(Object.keys(result.metrics).sort()).toEqual(['accuracy', 'loss'])
    const compiled = small()
    compiled.compile({ loss: 'meanSquaredError', optimizer: 'sgd' })
    const again = await new Trainer({ maxEpochs: 1 }).fit(layersModule(compiled), {
      train: () => [{ xs: column(3, 0), ys: column(1, 1) }],
    })
    expect(again.metrics.loss).toBeGreaterThan(0)
    model.dispose()
    compiled.dispose()
  })

  it('says what is missing', () => {
    const model = small()
    expect(() => layersModule(model)).toThrow(/REG_MODULE_INVALID.*a loss missing/)
    expect(() => layersModule(model, { loss: 'meanSquaredError' })).toThrow(/an optimizer missing/)
    model.dispose()
  })

  it('says which inputs a batch lacks', async () => {
    const model = small()
    const module = layersModule(model, {
      loss: 'meanSquaredError',
      optimizer: () => tf.train.sgd(0.1),
    })
    const before = tf.memory().numTensors
    const train = () => [{ x: [column(3, 0), column(3, 0)], y: column(1, 1) }]
    await expect(new Trainer({ maxEpochs: 1 }).fit(module, { train })).rejects.toThrow(
      /The model has the inputs "dense_.*", the batch has 2 tensors/,
    )
    expect(tf.memory().numTensors).toBe(before)
    model.dispose()
  })

  it.each([
    ['a tensor', () => column(3, 0), 'The batch is a tensor; layersModule() uses { x, y }'],
    ['a pair', () => [column(3, 0), column(1, 1)], 'The batch is a list of 2; layersModule() uses'],
    ['a number', () => 3, 'The batch is 3; layersModule() uses { x, y }'],
    [
      'without inputs',
      () => ({ y: column(1, 1) }),
      'The batch has no x (or xs); layersModule() uses',
    ],
    [
      'without targets',
      () => ({ x: column(3, 0) }),
      'The batch has no y (or ys); layersModule() uses',
    ],
  ])('says what a batch must be where it is %s', async (_, batch, text) => {
    const model = small()
    const options = { loss: 'meanSquaredError', optimizer: () => tf.train.sgd(0.1) } as const
    const module = layersModule(model, options) as TrainingModule<unknown>
    const before = tf.memory().numTensors
    const trainer = new Trainer({ maxEpochs: 1 })
    const data = () => [batch()].values()
    const refused = { code: 'REG_DATA_INVALID', message: expect.stringContaining(text) }
    await expect(trainer.fit(module, { train: data })).rejects.toMatchObject(refused)
    await expect(trainer.validate(module, data)).rejects.toMatchObject(refused)
    expect(tf.memory().numTensors).toBe(before)
    model.dispose()
  })

  it.each(['x', 'xs'])('predicts batches that have %s alone', async (key) => {
    const model = small()
    const module = layersModule(model, { loss: 'meanSquaredError', optimizer: 'sgd' })
    const data = () => [{ [key]: column(3, 0) } as { x: tf.Tensor }].values()
    const shapes: number[][] = []
    for await (const output of new Trainer().predict(module, data)) {
      shapes.push((output as tf.Tensor).shape)
      tf.dispose(output)
    }
    expect(shapes).toHaveLength(1)
    model.dispose()
  })

  it.each(['sampleWeight', 'weights'])(
    'refuses a key of the batch that it would not use: %s',
    async (key) => {
      const model = small()
      const module = layersModule(model, {
        loss: 'meanSquaredError',
        optimizer: () => tf.train.sgd(0.1),
      })
      const before = tf.memory().numTensors
      const batch = () => ({ x: column(3, 0), y: column(1, 1), [key]: column(1, 2) })
      const train = () => [batch()].values()
      const refused = { code: 'REG_DATA_INVALID', data: { key } }
      const trainer = new Trainer({ maxEpochs: 1 })
      await expect(trainer.fit(module, { train })).rejects.toMatchObject(refused)
      await expect(trainer.validate(module, train)).rejects.toMatchObject(refused)
      await expect(trainer.predict(module, train).next()).rejects.toMatchObject(refused)
      expect(tf.memory().numTensors).toBe(before)
      model.dispose()
    },
  )
})
