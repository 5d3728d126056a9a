import { Trainer } from '@regimen/core'
import { type LayersModuleOptions, layersModule } from '@regimen/core/layers'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import { beforeAll, expect, it } from 'vitest'
import { accuracy, f1, mse } from '../src/index.js'

beforeAll(() => tf.setBackend('cpu'))

const rows = [5, 1, 4, 7].map((size, batch) =>
  Array.from({ length: size }, (_, row) => [Math.sin(3 * row + batch), (row * batch) % 3] as const),
)
function* data() {
  for (const batch of rows)
    yield {
      x: tf.tensor2d(batch.map(([x]) => [x, x * x])),
      y: tf.tensor2d(batch.map(([, y]) => [y])),
    }
}

function moduleOf(metrics: LayersModuleOptions['metrics'], rate = 0) {
  const kernel = [0.4, -0.2, 0.9, 0.1, 0.7, -1]
  const model = layers.sequential({
    layers: [
      layers.layers.dense({ units: 3, inputShape: [2], activation: 'softmax', name: 'out' }),
    ],
  })
  tf.tidy(() => model.setWeights([tf.tensor2d(kernel, [2, 3]), tf.zeros([3])]))
  const options = { loss: 'sparseCategoricalCrossentropy', optimizer: () => tf.train.sgd(rate) }
  return { model, module: layersModule(model, { ...options, ...(metrics && { metrics }) }) }
}

/** The value over all rows at once. */
async function whole(model: layers.LayersModel): Promise<number> {
  const metric = f1({ classes: 3 })
  for (const { x, y } of data()) {
    const predicted = model.predict(x) as tf.Tensor
    metric.update(predicted, y)
    tf.dispose([x, y, predicted])
  }
  return metric.compute()
}

it('stateful metrics are over the whole epoch, in training and in each loader of a validation', async () => {
  const before = tf.memory().numTensors
  const { model, module } = moduleOf(
    ['accuracy', f1({ classes: 3 }), f1({ classes: 3, average: 'none' })].slice(0, 2),
  )
  const trainer = new Trainer({ maxEpochs: 2 })
  const { history } = await trainer.fit(module, { train: data, validation: { a: data, b: data } })
  const expected = await whole(model)
  for (const row of history) {
    expect(row.f1).toBe(expected)
    expect(row['val_f1/a']).toBe(expected)
    expect(row['val_f1/b']).toBe(expected)
  }
  expect(history[1]?.['val_accuracy/a']).toBeTypeOf('number')
  expect((await trainer.test(module, data)).test_f1).toBe(expected)
  model.dispose()
  await trainer.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

it('names them by a record, and the items of a list by their places', async () => {
  const { model, module } = moduleOf({
    each: f1({ classes: 3, average: 'none' }),
    share: accuracy({ classes: 3 }),
  })
  const { metrics } = await new Trainer({ maxEpochs: 1 }).fit(module, {
    train: data,
    validation: { a: data },
  })
  expect(Object.keys(metrics)).toEqual(
    expect.arrayContaining(['each_0', 'each_2', 'share', 'val_each_1/a', 'val_share/a']),
  )
  model.dispose()
})

it('an epoch that is resumed in its middle has the same value', async () => {
  const before = tf.memory().numTensors
  const lives = async (cut: boolean) => {
    const { model, module } = moduleOf([f1({ classes: 3 })], 0.5)
    const abort = new AbortController()
    const trainer = new Trainer({ maxEpochs: 1 })
    let batches = 0
    if (cut) trainer.hooks.batchEnd.tap('user', () => void (++batches === 2 && abort.abort()))
    const first = await trainer.fit(module, { train: data }, { signal: abort.signal })
    if (!cut) {
      model.dispose()
      return { metrics: first.metrics, trainer }
    }
    const again = moduleOf([f1({ classes: 3 })], 0.5)
    const resumed = new Trainer({ maxEpochs: 1 })
    const resumeFrom = JSON.parse(JSON.stringify((await trainer.snapshot()).meta))
    const snapshot = { ...(await trainer.snapshot()), meta: resumeFrom }
    model.dispose()
    await trainer.dispose()
    const { metrics } = await resumed.fit(again.module, { train: data }, { resumeFrom: snapshot })
    again.model.dispose()
    return { metrics, trainer: resumed }
  }
  const [whole, parts] = [await lives(false), await lives(true)]
  expect(parts.metrics).toEqual(whole.metrics)
  expect(whole.metrics.f1).toBeGreaterThan(0)
  await Promise.all([whole.trainer.dispose(), parts.trainer.dispose()])
  expect(tf.memory().numTensors).toBe(before)
})

it('has metrics of a sequential model that is not built yet, and of each output by name', async () => {
  const unbuilt = layers.sequential({
    layers: [layers.layers.dense({ units: 1, inputShape: [2] })],
  })
  const options = { loss: 'meanSquaredError', optimizer: () => tf.train.sgd(0) }
  const one = await new Trainer({ maxEpochs: 1 }).fit(
    layersModule(unbuilt, { ...options, metrics: [mse()] }),
    { train: data },
  )
  expect(one.metrics.mse).toBeCloseTo(one.metrics.loss ?? Number.NaN, 5)
  const input = layers.input({ shape: [2] })
  const outputs = ['a', 'b'].map(
    (name) => layers.layers.dense({ units: 1, name }).apply(input) as layers.SymbolicTensor,
  )
  const model = layers.model({ inputs: input, outputs })
  const module = layersModule(model, { ...options, metrics: { b: [mse(), 'mae'] } })
  const both = function* () {
    for (const { x, y } of data()) yield { x, y: [y, tf.mul(y, 2)] }
  }
  const two = await new Trainer({ maxEpochs: 1 }).fit(module, { train: both, validation: both })
  expect(two.metrics.b_mse).toBeCloseTo(two.metrics.b_loss ?? Number.NaN, 5)
  expect(two.metrics).toHaveProperty('val_b_mae')
  expect(two.metrics).not.toHaveProperty('a_mse')
})

it.each<[LayersModuleOptions['metrics'], RegExp]>([
  [[f1({ classes: 3 }), f1({ classes: 3, average: 'micro' })], /"metrics" is "f1" for two metrics/],
  [{ outt: [mse()] }, /"metrics.outt" .*Did you mean "out"/],
])('refuses %j', (metrics, text) => {
  expect(() => moduleOf(metrics)).toThrow(text)
})
