import { definePlugin, type PluginEntry, type Report, type Snapshot, Trainer } from '@regimen/core'
import { layersModule } from '@regimen/core/layers'
import { sgd } from '@regimen/optimizers'
import { expectNoTensorLeak } from '@regimen/testing'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { layers, sequential } from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { freeze, gradual } from '../src/index.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const reports: Report[] = []
const collector = definePlugin({
  name: 'collector',
  apply: ({ provide }) => provide('reporter', { report: (one) => void reports.push(one) }),
})

/** Three weights whose gradients are 1 in every step. */
function weights(optimizer: () => tf.Optimizer) {
  const names = ['a/w', 'b/w', 'c/w']
  const all = tf.tidy(() =>
    Object.fromEntries(names.map((name) => [name, tf.variable(tf.scalar(0))])),
  )
  const module = {
    trainingStep: (x: tf.Tensor) =>
      tf.mean(tf.addN([x, ...Object.values(all).map((one) => tf.mul(one, tf.onesLike(x)))])),
    variables: () => all,
    configureOptimizers: optimizer,
  }
  const values = () => names.map((name) => Number(all[name]?.dataSync()[0]?.toFixed(5)))
  return { module, all, values, dispose: () => tf.dispose(all) }
}

const batches = {
  size: 2,
  *[Symbol.iterator]() {
    yield tf.tensor1d([1])
    yield tf.tensor1d([2])
  },
}

async function fit(plugins: PluginEntry, optimizer: () => tf.Optimizer = () => tf.train.sgd(1)) {
  const { module, values, all, dispose } = weights(optimizer)
  const trainer = new Trainer({ maxEpochs: 3, plugins: [plugins, collector] })
  await trainer.fit(module, { train: batches })
  const found = { values: values(), trainable: Object.values(all).map((one) => one.trainable) }
  dispose()
  return found
}

describe('a fit of three epochs of two steps with the gradient 1', () => {
  it.each<[string, PluginEntry, number[]]>([
    ['frozen for good', freeze({ match: 'a/*' }), [0, -6, -6]],
    ['frozen for an epoch', freeze({ match: 'a/*', until: { epochs: 1 } }), [-4, -6, -6]],
    ['frozen for three steps', freeze({ match: 'a/*', until: { steps: 3 } }), [-3, -6, -6]],
    ['frozen from the third epoch on', freeze({ match: /a|b/, from: { epochs: 2 } }), [-4, -4, -6]],
    ['slower', freeze({ match: 'a/*', until: { epochs: 0 }, rate: 0.25 }), [-1.5, -6, -6]],
    [
      'gradually',
      freeze({ groups: gradual(['c/*', 'b/*', 'a/*'], { factor: 0.5 }) }),
      [-0.5, -2, -6],
    ],
    [
      'the first group counts',
      freeze({ groups: [{ match: 'a/w' }, { match: '*', rate: 2, until: { epochs: 0 } }] }),
      [0, -12, -12],
    ],
  ])('%s', (_, plugin, expected) =>
    expectNoTensorLeak(async () => {
      expect(await fit(plugin)).toEqual({ values: expected, trainable: [true, true, true] })
    }),
  )

  it.each<[string, () => tf.Optimizer]>([
    ['Adam', () => tf.train.adam(0.1)],
    ['momentum', () => tf.train.momentum(0.1, 0.9)],
    ['RMSProp', () => tf.train.rmsprop(0.1)],
    ['Adagrad', () => tf.train.adagrad(0.1)],
  ])('a rate is a rate with %s too', async (_, optimizer) => {
    const plain = await fit([], optimizer)
    const scaled = await fit(freeze({ match: 'a/*', until: { epochs: 0 }, rate: 0.5 }), optimizer)
    // Gradients do not depend on the weights here.
    expect(scaled.values[0]).toBeCloseTo((plain.values[0] ?? Number.NaN) / 2, 4)
    expect(scaled.values.slice(1)).toEqual(plain.values.slice(1))
  })

  it('reports each phase', async () => {
    reports.length = 0
    await fit(freeze({ groups: gradual(['c/*', 'b/*'], {}) }))
    expect(reports.map(({ message }) => message)).toEqual([
      'Epoch 1: 1 of 3 variables are frozen.',
      'Epoch 2: 0 of 3 variables are frozen.',
    ])
  })

  it('ends with an error that says what there is where a pattern matches nothing', async () => {
    await expect(fit(freeze({ match: 'aa/*' }))).rejects.toThrow(
      'freeze: "match" is "aa/*", which matches none; expected a pattern that matches some of the variables "a/w", "b/w", "c/w". Did you mean "a/*"?',
    )
  })

  it('is refused where nothing is left to be trained', async () => {
    await expect(fit(freeze({ match: '*' }))).rejects.toMatchObject({
      code: 'REG_OPTIMIZER_INVALID',
    })
  })

  it('steps the other optimizers where all variables of one are frozen', async () => {
    const { module, values, dispose } = weights(() => tf.train.sgd(1))
    const configureOptimizers = () => ({
      a: tf.train.sgd(1),
      b: tf.train.sgd(1),
      c: sgd({ learningRate: 1 }),
    })
    const plugin = freeze({ match: ['a/*', 'c/*'] })
    await new Trainer({ maxEpochs: 1, plugins: [plugin, collector] }).fit(
      { ...module, configureOptimizers },
      { train: batches },
    )
    expect(values()).toEqual([0, -2, 0])
    dispose()
  })

  it('makes everything as it was after an error', () =>
    expectNoTensorLeak(async () => {
      const { module, all, dispose } = weights(() => tf.train.sgd(1))
      const plugin = freeze({
        groups: [{ match: 'a/*' }, { match: 'b/*', rate: 0.5, until: { epochs: 0 } }],
      })
      const trainer = new Trainer({ maxEpochs: 1, plugins: [plugin] })
      trainer.hooks.stepStart.tap('test', () => {
        throw new Error('no')
      })
      await expect(trainer.fit(module, { train: batches })).rejects.toThrow('no')
      expect(Object.values(all).map((one) => one.trainable)).toEqual([true, true, true])
      dispose()
    }))
})

it('a run that is interrupted after any batch is resumed in the right phase', async () => {
  const plugin = () => freeze({ groups: gradual(['c/*', 'b/*', 'a/*'], { factor: 0.5 }) })
  const life = async (after?: number, resumeFrom?: Snapshot) => {
    const { module, values, dispose } = weights(() => tf.train.adam(0.1))
    const controller = new AbortController()
    let saved: Snapshot | undefined
    let done = 0
    const trainer = new Trainer({ maxEpochs: 3, plugins: [plugin(), collector] })
    trainer.hooks.batchEnd.tap('test', () => {
      if (++done === after) controller.abort()
    })
    trainer.hooks.save.tapPromise('test', async ({ reason, snapshot }) => {
      if (reason === 'interrupted') saved = await snapshot()
    })
    const { signal } = controller
    await trainer.fit(module, { train: batches }, { signal, ...(resumeFrom && { resumeFrom }) })
    const found = { values: values(), saved }
    dispose()
    return found
  }
  const whole = await life()
  for (const after of [1, 2, 3, 4, 5]) {
    const { saved } = await life(after)
    expect([after, (await life(undefined, saved)).values]).toEqual([after, whole.values])
  }
})

describe('batch normalization', () => {
  const network = () =>
    sequential({
      layers: [
        layers.dense({ name: 'body', units: 2, inputShape: [1] }),
        layers.batchNormalization({ name: 'norm' }),
        layers.dense({ name: 'head', units: 1 }),
      ],
    })
  const data = {
    *[Symbol.iterator]() {
      yield { x: tf.tensor2d([[1], [2], [5]]), y: tf.tensor2d([[1], [0], [2]]) }
    },
  }
  const meanAfter = async (plugin: PluginEntry) => {
    const model = network()
    const module = layersModule(model, {
      loss: 'meanSquaredError',
      optimizer: () => tf.train.sgd(0.1),
    })
    await new Trainer({ maxEpochs: 2, plugins: [plugin, collector] }).fit(module, { train: data })
    const norm = model.getLayer('norm')
    const [, , mean] = norm.getWeights()
    const found = { mean: [...(mean?.dataSync() ?? [])], isOwn: Object.hasOwn(norm, 'call') }
    model.dispose()
    return found
  }

  it('leaves its statistics alone where it is frozen', async () => {
    const plugin = freeze({ match: ['body/*', 'norm/*'] })
    expect(await meanAfter(plugin)).toEqual({ mean: [0, 0], isOwn: false })
  })

  it.each<[string, PluginEntry]>([
    ['it is not', freeze({ match: 'body/*' })],
    ['it should be trained', freeze({ match: ['body/*', 'norm/*'], batchNorm: 'train' })],
    ['its time is over', freeze({ match: 'norm/*', until: { epochs: 1 } })],
  ])('updates them where %s', async (_, plugin) => {
    const { mean } = await meanAfter(plugin)
    expect(mean.every((value) => value !== 0)).toBe(true)
  })

  it('of a module of its own is what its step makes of it, and the report says so', async () => {
    reports.length = 0
    const { module, dispose } = weights(() => tf.train.sgd(1))
    const mean = tf.tidy(() => tf.variable(tf.scalar(0), false))
    const own = { ...module, variables: () => ({ ...module.variables(), 'a/mean': mean }) }
    await new Trainer({ maxEpochs: 1, plugins: [freeze({ match: 'a/*' }), collector] }).fit(own, {
      train: batches,
    })
    expect(reports[0]?.message).toContain('"a/mean" is not trained by gradients')
    mean.dispose()
    dispose()
  })
})
