import '@tensorflow/tfjs-backend-cpu'
import { useWasm } from '@regimen/backend-wasm'
import { type AutomaticModule, type Snapshot, Trainer } from '@regimen/core'
import { layersModule } from '@regimen/core/layers'
import { lrLogger } from '@regimen/plugin-lr-logger'
import { cosine, lrScheduler } from '@regimen/plugin-lr-scheduler'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { adam, adamW, lamb, lion, rmsprop, sgd } from '../src/index.js'

beforeAll(async () => {
  await useWasm()
})

interface Line extends AutomaticModule<tf.Tensor2D> {
  readonly weights: Readonly<Record<'body/kernel' | 'head/kernel' | 'head/bias', tf.Variable>>
}

/** A net of two layers; its variables have the module's names only. */
function line(make: () => tf.Optimizer): Line {
  const variable = (shape: number[], seed: number) =>
    tf.tidy(() => {
      const places = tf.range(seed, seed + tf.util.sizeFromShape(shape))
      return tf.variable(tf.reshape(tf.sin(places), shape))
    })
  const weights = {
    'body/kernel': variable([2, 3], 1),
    'head/kernel': variable([3, 1], 2),
    'head/bias': variable([1], 3),
  }
  return {
    weights,
    trainingStep: (x) => {
      const hidden = tf.tanh(tf.matMul(x, weights['body/kernel'] as tf.Tensor2D))
      const out = tf.add(
        tf.matMul(hidden, weights['head/kernel'] as tf.Tensor2D),
        weights['head/bias'],
      )
      return tf.losses.meanSquaredError(tf.sum(x, 1, true), out) as tf.Scalar
    },
    variables: () => weights,
    configureOptimizers: make,
  }
}

function* batches(): Generator<tf.Tensor2D> {
  for (let i = 0; i < 4; i++) yield tf.tensor2d([Math.sin(i), 0.5, Math.cos(i), -0.25], [2, 2])
}
const data = { train: () => ({ [Symbol.iterator]: batches }) }

const valuesOf = ({ weights }: Line) => Object.values(weights).map((w) => [...w.dataSync()])

const throughJson = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  meta: JSON.parse(JSON.stringify(snapshot.meta)),
})

const kinds: Readonly<Record<string, () => tf.Optimizer>> = {
  'sgd with momentum': () => sgd({ learningRate: 0.1, momentum: 0.9, dampening: 0.1 }),
  'adam, amsgrad': () => adam({ learningRate: 0.05, amsgrad: true, weightDecay: 0.01 }),
  'adamW with groups': () =>
    adamW({
      learningRate: 0.05,
      groups: [
        { match: 'head/bias', weightDecay: 0 },
        { match: 'head/*', learningRate: 0.2 },
      ],
    }),
  'rmsprop, a schedule': () =>
    rmsprop({ learningRate: (step) => 0.1 / (step + 1), momentum: (step) => step / 20 }),
  lion: () => lion({ learningRate: 0.01 }),
  lamb: () => lamb({ learningRate: 0.05 }),
}

describe.each(Object.entries(kinds))('%s', (_, make) => {
  it('resumes to the bit, in another module whose variables tfjs names otherwise', async () => {
    const before = tf.memory().numTensors
    const [whole, half, rest] = [line(make), line(make), line(make)]
    await new Trainer({ maxEpochs: 4 }).fit(whole, data)
    const trainer = new Trainer({ maxEpochs: 2 })
    await trainer.fit(half, data)
    const resumeFrom = throughJson(await trainer.snapshot())
    await new Trainer({ maxEpochs: 4 }).fit(rest, data, { resumeFrom })
    expect(valuesOf(rest)).toEqual(valuesOf(whole))
    for (const { weights } of [whole, half, rest]) tf.dispose(weights)
    expect(tf.memory().numTensors).toBe(before)
  })
})

it('an optimizer that a module keeps has its state from fit to fit', async () => {
  const optimizer = adam({ learningRate: 0.05 })
  const [twice, once] = [line(() => optimizer), line(() => adam({ learningRate: 0.05 }))]
  await new Trainer({ maxEpochs: 1 }).fit(twice, data)
  await new Trainer({ maxEpochs: 1 }).fit(twice, data)
  await new Trainer({ maxEpochs: 2 }).fit(once, data)
  expect(optimizer.iterations).toBe(8)
  expect(valuesOf(twice)).toEqual(valuesOf(once))
  for (const { weights } of [twice, once]) tf.dispose(weights)
})

it('weights that are frozen for a while keep their moments and their count of steps', async () => {
  const optimizer = adam({ learningRate: 0.05 })
  const module = line(() => optimizer)
  const trainer = new Trainer({ maxEpochs: 3 })
  const bias = module.weights['head/bias']
  trainer.hooks.epochStart.tap('test', ({ epoch }) => {
    bias.trainable = epoch !== 1
  })
  const held: number[] = []
  trainer.hooks.epochEnd.tap('test', () => void held.push(bias.dataSync()[0] ?? 0))
  await trainer.fit(module, data)
  expect(held[1]).toBe(held[0])
  expect(held[2]).not.toBe(held[1])
  const steps = (await optimizer.getWeights()).filter(({ name }) => name.endsWith('/step'))
  expect(steps.map(({ tensor }) => tensor.dataSync()[0]).sort()).toEqual([12, 12, 8])
  tf.dispose(module.weights)
})

describe('learning rates', () => {
  it('of a scheduler scale those of groups, and are logged', async () => {
    const rates: number[] = []
    const optimizer = sgd({ learningRate: 0.1, groups: [{ match: 'head/*', learningRate: 0.2 }] })
    const module = line(() => optimizer)
    const schedule = cosine({ steps: 8 })
    const trainer = new Trainer({
      maxEpochs: 2,
      plugins: [lrScheduler({ schedule, interval: 'step' }), lrLogger({ interval: 'step' })],
    })
    trainer.hooks.batchEnd.tapPromise('test', async ({ metrics }) => {
      rates.push(await metrics.get('lr-SGD'))
    })
    await trainer.fit(module, data)
    expect(rates).toEqual(Array.from({ length: 8 }, (_, step) => schedule(step, 0.1)))
    expect(optimizer.learningRate).toBe(0.1)
    tf.dispose(module.weights)
  })

  it('that are a function are logged, and need no scheduler', async () => {
    const make = () => adam({ learningRate: (step) => 0.1 / (step + 1) })
    const module = line(make)
    const rates: number[] = []
    const trainer = new Trainer({ maxEpochs: 1, plugins: [lrLogger({ interval: 'step' })] })
    trainer.hooks.batchEnd.tapPromise('test', async ({ metrics }) => {
      rates.push(await metrics.get('lr-Adam'))
    })
    await trainer.fit(module, data)
    expect(rates).toEqual([0.1, 0.05, 0.1 / 3, 0.025])
    const plugins = [lrScheduler({ schedule: cosine({ steps: 8 }) })]
    await expect(new Trainer({ maxEpochs: 1, plugins }).fit(module, data)).rejects.toThrow(
      /"main" \(Adam\) has a function as "learningRate", so it needs no other schedule/,
    )
    tf.dispose(module.weights)
  })

  it('of a resumed run are those of its code', async () => {
    const module = line(() => adam({ learningRate: (step) => 0.1 / (step + 1) }))
    const trainer = new Trainer({ maxEpochs: 1 })
    await trainer.fit(module, data)
    const resumeFrom = throughJson(await trainer.snapshot())
    const other = adam({ learningRate: (step) => step })
    const next = line(() => other)
    await new Trainer({ maxEpochs: 2 }).fit(next, data, { resumeFrom })
    expect([other.iterations, other.learningRate]).toEqual([8, 8])
    tf.dispose([module.weights, next.weights])
  })
})

it('a group that matches no variable of the module is an error with its names', async () => {
  const module = line(() => adamW({ groups: [{ match: 'haed/*', weightDecay: 0 }] }))
  await expect(new Trainer({ maxEpochs: 1 }).fit(module, data)).rejects.toThrow(
    /"groups\[0\]\.match" is "haed\/\*", .* "body\/kernel", .* Did you mean "head\/\*"\?/,
  )
  tf.dispose(module.weights)
})

it('trains a layers model, with groups by the names of its layers', async () => {
  const before = tf.memory().numTensors
  const model = tfl.sequential({
    layers: [
      tfl.layers.dense({ name: 'body', units: 4, inputShape: [2], activation: 'tanh' }),
      tfl.layers.dense({ name: 'head', units: 1 }),
    ],
  })
  const still = model
    .getLayer('body')
    .getWeights()
    .map((w) => [...w.dataSync()])
  const optimizer = () =>
    adam({ learningRate: 0, groups: [{ match: 'head/*', learningRate: 0.1 }] })
  const module = layersModule(model, { loss: 'meanSquaredError', optimizer })
  const x = tf.tensor2d([0, 1, 1, 0], [2, 2])
  const y = tf.tensor2d([1, 2], [2, 1])
  const result = await new Trainer({ maxEpochs: 60 }).fit(module, { train: [{ x, y }] })
  expect(Number(result.metrics.loss)).toBeLessThan(0.05)
  expect(
    model
      .getLayer('body')
      .getWeights()
      .map((w) => [...w.dataSync()]),
  ).toEqual(still)
  tf.dispose([x, y])
  model.dispose()
  expect(tf.memory().numTensors).toBe(before)
})
