import { useWasm } from '@regimen/backend-wasm'
import { Trainer } from '@regimen/core'
import { arrayLoader, split } from '@regimen/data'
import { seed } from '@regimen/plugin-seed'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Digits, loadDigits } from '../src/digits.js'
import { digitModule } from '../src/module.js'
import config from '../trainer.config.js'

let digits: Digits
let tensorsBefore = 0
beforeAll(async () => {
  await useWasm()
  digits = await loadDigits()
})
beforeEach(() => {
  tensorsBefore = tf.memory().numTensors
})
afterEach(() => {
  expect(tf.memory().numTensors).toBe(tensorsBefore)
})

/** 576 of the digits to train on, in 9 batches, and 500 others to validate. */
const someDigits = () => {
  const { x, y } = digits
  const columns = { x, y: { data: y, dtype: 'float32' as const } }
  const { train, validation } = split(columns, { train: 576, validation: 500 })
  return {
    train: arrayLoader(train, { batchSize: 64, shuffle: true, seed: 1 }),
    validation: arrayLoader(validation, { batchSize: 250 }),
  }
}
const weightsOf = ({ model }: ReturnType<typeof digitModule>) => {
  const weights = model.weights.map((weight) => [...weight.read().dataSync()])
  model.dispose()
  return weights
}

test('the config has all digits: 125 batches to train, 4 to validate, 4 to test', async () => {
  const data = typeof config.data === 'function' ? await config.data() : config.data
  expect(data).toMatchObject({
    train: { rows: 8000, size: 125 },
    validation: { rows: 1000, size: 4 },
    test: { rows: 1000, size: 4 },
  })
})

test('a few epochs on a few digits teach most of them', async () => {
  const module = digitModule()
  const trainer = new Trainer({ maxEpochs: 5 })
  const { metrics, stop } = await trainer.fit(module, someDigits())
  await trainer.dispose()
  module.model.dispose()
  expect(stop).toEqual({ kind: 'maxEpochs' })
  expect(metrics.val_accuracy).toBeGreaterThan(0.8)
  expect(metrics.loss).toBeLessThan(1)
})

test('a run that was interrupted in the middle of an epoch ends with the same weights', async () => {
  const made: ReturnType<typeof digitModule>[] = []
  const make = () => {
    const module = digitModule()
    made.push(module)
    return module
  }
  const options = { maxEpochs: 2, plugins: [seed(1)] }
  const trainer = new Trainer(options)
  const { metrics } = await trainer.fit(make, someDigits())
  await trainer.dispose()

  const interrupted = new Trainer(options)
  const abort = new AbortController()
  interrupted.on('batchEnd').subscribe(({ step }) => step === 13 && abort.abort())
  await interrupted.fit(make, someDigits(), { signal: abort.signal })
  const resumeFrom = await interrupted.snapshot()
  await interrupted.dispose()

  const resumed = new Trainer(options)
  const result = await resumed.fit(make, someDigits(), { resumeFrom })
  await resumed.dispose()
  expect(result.metrics).toEqual(metrics)
  const [whole, cut, second] = made.map(weightsOf)
  expect(second).toEqual(whole)
  expect(cut).not.toEqual(whole)
})
