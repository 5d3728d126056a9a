import '@tensorflow/tfjs-backend-cpu'
import { Trainer } from '@regimen/core'
import { layersModule } from '@regimen/core/layers'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { tfjsModel } from '../../src/index.js'

const { layers } = tfl

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const twoLayers = () =>
  tfl.sequential({
    layers: [
      layers.dense({ units: 3, inputShape: [2], activation: 'tanh', trainable: false }),
      layers.dense({ units: 2, activation: 'tanh' }),
      layers.dense({ units: 1 }),
    ],
  })
const x = [
  [1, 2],
  [3, -1],
  [0.5, 4],
]
const y = [[1], [-2], [0.25]]
const batch = () => ({ x: tf.tensor2d(x), y: tf.tensor2d(y) })
const loading = (files: Readonly<Record<string, string | Uint8Array>>) => {
  const json = JSON.parse(String(files['model.json']))
  const parts = Object.entries(files).filter(([name]) => name.endsWith('.bin'))
  const weightData = Uint8Array.from(parts.flatMap(([, part]) => [...(part as Uint8Array)])).buffer
  const weightSpecs = json.weightsManifest.flatMap(({ weights }: { weights: object[] }) => weights)
  return tfl.loadLayersModel(tf.io.fromMemory({ ...json, weightSpecs, weightData }))
}

type Loss = Parameters<typeof layersModule>[1]
async function trained(options: Loss, make = twoLayers) {
  const module = layersModule(make(), { loss: 'meanSquaredError', ...options })
  const trainer = new Trainer({ maxEpochs: 1, sanityBatches: 0, plugins: [] })
  await trainer.fit(module, { train: () => [batch(), batch(), batch()] })
  const snapshot = await trainer.snapshot()
  await trainer.dispose()
  return { module, snapshot }
}

describe('the optimizer of a checkpoint in model.json', () => {
  it.each([
    ['SGD', () => tf.train.sgd(0.05)],
    ['Momentum', () => tf.train.momentum(0.05, 0.8, true)],
    ['Adagrad', () => tf.train.adagrad(0.05, 0.2)],
    ['Adadelta', () => tf.train.adadelta(0.5, 0.9)],
    ['Adam', () => tf.train.adam(0.02, 0.8, 0.99)],
    ['RMSProp', () => tf.train.rmsprop(0.01, 0.8, 0.5, 1e-6, false)],
    ['RMSProp, centered', () => tf.train.rmsprop(0.01, 0.8, 0.5, 1e-6, true)],
  ] as const)(
    '%s: model.fit of the loaded model continues as the run does',
    async (_, optimizer) => {
      const { module, snapshot } = await trained({ optimizer, metrics: ['mae'] })
      const before = tf.memory().numTensors
      const files = await tfjsModel(module, { snapshot, optimizer: true })
      expect(tf.memory().numTensors).toBe(before)
      const loaded = await loading(files)
      const onward = new Trainer({ maxEpochs: 2, sanityBatches: 0 })
      await onward.fit(
        module,
        { train: () => [batch(), batch(), batch()] },
        { resumeFrom: snapshot },
      )
      await onward.dispose()
      const inputs = batch()
      for (let step = 0; step < 3; step++) await loaded.trainOnBatch(inputs.x, inputs.y)
      const expected = module.model.getWeights().map((weight) => [...weight.dataSync()])
      const found = loaded.getWeights().map((weight) => [...weight.dataSync()])
      for (const [at, values] of expected.entries())
        for (const [index, value] of values.entries())
          expect(found[at]?.[index]).toBeCloseTo(value, 5)
    },
  )

  it('has the count of steps, and the shape of every slot', async () => {
    const { module, snapshot } = await trained({ optimizer: () => tf.train.adam(0.02) })
    const files = await tfjsModel(module, { snapshot, optimizer: true })
    const { trainingConfig, weightsManifest } = JSON.parse(String(files['model.json']))
    expect(trainingConfig).toMatchObject({
      loss: 'mean_squared_error',
      optimizer_config: { class_name: 'Adam', config: { learningRate: 0.02 } },
    })
    const slots = weightsManifest[0].weights.filter(
      ({ group }: { group?: string }) => group === 'optimizer',
    )
    expect(slots.map(({ shape }: { shape: number[] }) => shape)).toEqual([
      ...[[], [3, 2], [2], [2, 1], [1]],
      ...[[3, 2], [2], [2, 1], [1]],
    ])
    expect(slots[0].name).toBe('iter')
    const plain = await tfjsModel(module, { snapshot })
    expect(JSON.parse(String(plain['model.json'])).trainingConfig).toBeUndefined()
  })

  it('an instance that all runs share is not disposed of', async () => {
    const optimizer = tf.train.adam(0.02)
    const { module, snapshot } = await trained({ optimizer })
    const before = tf.memory().numTensors
    await tfjsModel(module, { snapshot, optimizer: true })
    await tfjsModel(module.model, { snapshot, optimizer: true })
    expect(tf.memory().numTensors).toBe(before)
  })

  it.each([
    [
      { optimizer: () => tf.train.adamax(0.02) },
      /trained with Adamax; tf\.loadLayersModel restores SGD/,
    ],
    [
      { optimizer: () => tf.train.sgd(0.02), loss: tf.losses.meanSquaredError as never },
      /a loss that is no name/,
    ],
    [
      { optimizer: () => tf.train.sgd(0.02), metrics: [tf.losses.absoluteDifference as never] },
      /a metric that is no name/,
    ],
  ])('is refused, with the reason, where it has no place: %#', async (options, text) => {
    const { module, snapshot } = await trained(options)
    const before = tf.memory().numTensors
    await expect(tfjsModel(module, { snapshot, optimizer: true })).rejects.toThrow(text)
    expect(tf.memory().numTensors).toBe(before)
    await expect(tfjsModel(module, { snapshot })).resolves.toBeDefined()
  })

  it('is refused where the checkpoint has it for some weights only', async () => {
    const { module, snapshot } = await trained({ optimizer: () => tf.train.adam(0.02) })
    const tensors = Object.fromEntries(
      Object.entries(snapshot.tensors).filter(([name]) => !/FirstMoment.*bias/.test(name)),
    )
    const partial = { ...snapshot, tensors }
    await expect(tfjsModel(module, { snapshot: partial, optimizer: true })).rejects.toThrow(
      /REG_MODULE_INVALID: .*has no ".*bias\/m"/,
    )
  })
})
