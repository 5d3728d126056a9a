import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { type Snapshot, Trainer } from '../../src/index.js'
import { lineBatches, lineModule } from '../helpers/line.js'
import { shuffledLine } from '../helpers/shuffled.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

// shuffledLine has another order in each epoch for numbers that 5 does not divide.
const BATCHES = 4
type Place = 'batchEnd' | 'validationBatchEnd'

/** One life, interrupted in the nth call of a hook. */
async function live(resumeFrom?: Snapshot, place?: Place, times = 0) {
  const module = lineModule({ configureOptimizers: () => tf.train.adam(0.05) })
  const before = tf.memory().numTensors
  const trainer = new Trainer({ maxEpochs: 3, sanityBatches: 0 })
  const controller = new AbortController()
  let left = times
  if (place) trainer.hooks[place].tap('test', () => void (--left === 0 && controller.abort()))
  let saved: Snapshot | undefined
  trainer.hooks.save.tapPromise('test', async ({ reason, snapshot }) => {
    if (reason === 'interrupted') saved = await snapshot()
  })
  const { signal } = controller
  const data = { train: shuffledLine(BATCHES), validation: lineBatches(2) }
  const { metrics } = await trainer.fit(module, data, { signal, ...(resumeFrom && { resumeFrom }) })
  expect(tf.memory().numTensors).toBe(before)
  const weights = [...module.w.dataSync(), ...module.b.dataSync()]
  module.dispose()
  return { saved, end: { metrics, weights } }
}

const LIVES: readonly (readonly [Place, number])[][] = [
  [
    ['batchEnd', BATCHES],
    ['validationBatchEnd', 1],
  ],
  [
    ['batchEnd', BATCHES],
    ['validationBatchEnd', 2],
    ['validationBatchEnd', 1],
  ],
  [
    ['validationBatchEnd', 1],
    ['validationBatchEnd', 1],
    ['batchEnd', 2],
  ],
]

it.each(LIVES)(
  'a validation between two epochs may be interrupted again: %j %j',
  async (...lives) => {
    const whole = await live()
    let saved: Snapshot | undefined
    for (const [place, times] of lives) saved = (await live(saved, place, times)).saved
    expect((await live(saved)).end).toEqual(whole.end)
  },
)
