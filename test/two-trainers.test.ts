import { definePlugin, type FitResult, type Snapshot, Trainer } from '@regimen/core'
import { arrayLoader } from '@regimen/data'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, expect, it } from 'vitest'
import { lineColumns, lineModel } from './helpers/line.js'

interface Wish {
  readonly name: string
  readonly seed: number
  readonly start: number
  readonly batchSize: number
  readonly optimizer: () => tf.Optimizer
}

interface Ended extends FitResult {
  readonly weights: Record<string, number[]>
  readonly snapshot: Snapshot
  readonly steps: number
}

const wishes: readonly [Wish, Wish] = [
  { name: 'a', seed: 3, start: 0.1, batchSize: 7, optimizer: () => tf.train.adam(0.05) },
  { name: 'b', seed: 8, start: -0.2, batchSize: 12, optimizer: () => tf.train.momentum(0.02, 0.9) },
]

beforeAll(async () => {
  await tf.setBackend('cpu')
})

/** A fit with shuffled data, validations in mid-epoch, a plugin that stops it, and one that keeps a count. */
async function train({ name, seed, start, batchSize, optimizer }: Wish, log: string[] = []) {
  const module = lineModel(start, optimizer)
  const counter = definePlugin({
    name: 'counter',
    apply({ hooks, requestStop }) {
      let batches = 0
      hooks.batchEnd.tap('counter', () => {
        log.push(name)
        batches++
        if (batches === 40 + seed) requestStop('enough')
      })
      return { saveState: () => batches }
    },
  })
  const trainer = new Trainer({
    maxEpochs: 20,
    validateEvery: { epochs: 0.5 },
    logEvery: { steps: 1 },
    yieldEvery: 0,
    plugins: [counter],
  })
  const data = {
    train: arrayLoader(lineColumns(100, seed), { batchSize, shuffle: true, seed }),
    validation: arrayLoader(lineColumns(30, seed + 1), { batchSize: 10 }),
  }
  const result = await trainer.fit(module, data)
  const snapshot = await trainer.snapshot()
  await trainer.dispose()
  const weights = Object.entries(module.variables()).map(([key, variable]) => [
    key,
    [...variable.dataSync()],
  ])
  module.dispose()
  const ended = { ...result, weights: Object.fromEntries(weights), steps: trainer.state.step }
  return { ...ended, snapshot } as Ended
}

/** What a run came to, without how long it took. */
function comparable({ snapshot, ...rest }: Ended) {
  const { elapsedMs: _, ...meta } = snapshot.meta
  return { ...rest, tensors: snapshot.tensors, meta }
}

it('two trainers that run at once end, bit for bit, like two that run one after the other', async () => {
  const before = tf.memory().numTensors
  const alone = [await train(wishes[0]), await train(wishes[1])]
  const log: string[] = []
  const together = await Promise.all(wishes.map((wish) => train(wish, log)))
  expect(together.map(comparable)).toEqual(alone.map(comparable))
  expect(together.map(({ steps }) => steps)).toEqual([43, 48])
  expect(tf.memory().numTensors).toBe(before)
  const changes = log.filter((name, index) => index > 0 && name !== log[index - 1])
  expect(changes.length, 'times that one trainer took over from the other').toBeGreaterThan(40)
})

it('two trainers with different wishes end differently, so that equality means something', async () => {
  const [a, b] = [await train(wishes[0]), await train({ ...wishes[0], seed: 4 })]
  expect(a.weights).not.toEqual(b.weights)
})

it('an error in one leaves the other alone', async () => {
  const before = tf.memory().numTensors
  const alone = await train(wishes[1])
  const failing = lineModel()
  const broken = new Trainer({ maxEpochs: 1, yieldEvery: 0 })
  broken.hooks.batchEnd.tap('breaks', ({ step }) => {
    if (step === 5) throw new Error('broken')
  })
  const [failed, ended] = await Promise.allSettled([
    broken.fit(failing, { train: arrayLoader(lineColumns(100), { batchSize: 7 }) }),
    train(wishes[1]),
  ])
  await broken.dispose()
  failing.dispose()
  expect(failed).toMatchObject({ status: 'rejected', reason: { code: 'REG_HOOK_FAILED' } })
  expect(ended.status === 'fulfilled' && comparable(ended.value)).toEqual(comparable(alone))
  expect(tf.memory().numTensors).toBe(before)
})
