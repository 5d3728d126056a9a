import { useWasm } from '@regimen/backend-wasm'
import { Trainer } from '@regimen/core'
import { arrayLoader, split } from '@regimen/data'
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
  const whole = digitModule()
  const trainer = new Trainer({ maxEpochs: 2 })
  const { metrics } = await trainer.fit(whole, someDigits())
  await trainer.dispose()

  const first = digitModule()
  const interrupted = new Trainer({ maxEpochs: 2 })
  const abort = new AbortController()
  interrupted.on('batchEnd').subscribe(({ step }) => step === 13 && abort.abort())
  await interrupted.fit(first, someDigits(), { signal: abort.signal })
  const resumeFrom = await interrupted.snapshot()
  await interrupted.dispose()
  first.model.dispose()

  const second = digitModule()
  const resumed = new Trainer({ maxEpochs: 2 })
  const result = await resumed.fit(second, someDigits(), { resumeFrom })
  await resumed.dispose()
  expect(result.metrics).toEqual(metrics)
  expect(weightsOf(second)).toEqual(weightsOf(whole))
})
