import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Trainer } from '../../src/index.js'

let before: number
function* batches() {
  yield tf.tensor1d([1, 2])
  yield tf.tensor1d([3])
}
let w: tf.Variable
const variables = () => [w]

beforeEach(async () => {
  await tf.setBackend('cpu')
  w = tf.tidy(() => tf.variable(tf.scalar(0)))
  before = tf.memory().numTensors
})
afterEach(() => {
  expect(tf.memory().numTensors).toBe(before)
  w.dispose()
})

async function collect<T>(outputs: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const output of outputs) all.push(output)
  return all
}

describe('predict', () => {
  it('yields what an asynchronous predictStep resolves with, and says nothing', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const predictStep = async (batch: tf.Tensor1D) => {
      const doubled = tf.mul(tf.add(batch, batch), tf.scalar(1))
      return Array.from(await doubled.data())
    }
    const trainer = new Trainer()
    expect(await collect(trainer.predict({ variables, predictStep }, batches))).toEqual([
      [2, 4],
      [6],
    ])
    expect(error).not.toHaveBeenCalled()
  })

  it('gives away tensors that were made before an await, and no others', async () => {
    const predictStep = async (batch: tf.Tensor1D) => {
      const kept = tf.square(tf.square(batch))
      await Promise.resolve()
      return { kept, later: tf.neg(kept) }
    }
    const outputs = await collect(new Trainer().predict({ variables, predictStep }, batches))
    expect(outputs.map(({ kept }) => Array.from(kept.dataSync()))).toEqual([[1, 16], [81]])
    expect(outputs.map(({ later }) => Array.from(later.dataSync()))).toEqual([[-1, -16], [-81]])
    tf.dispose(outputs)
  })

  it('shows plugins what it resolved with', async () => {
    const trainer = new Trainer()
    const shown: unknown[] = []
    trainer.hooks.predictBatchEnd.tap('user', ({ output }) => void shown.push(output))
    const predictStep = async (batch: tf.Tensor1D) => batch.size
    await collect(trainer.predict({ variables, predictStep }, batches))
    expect(shown).toEqual([2, 1])
  })

  it.each([
    ['at once', () => tf.square(tf.scalar(3)) && Promise.reject(new Error('no'))],
    [
      'later',
      async () => {
        tf.square(tf.scalar(3))
        await Promise.resolve()
        throw new Error('no')
      },
    ],
  ])('leaves no tensor where it fails %s', async (_, predictStep) => {
    const outputs = new Trainer().predict({ variables, predictStep }, batches)
    await expect(collect(outputs)).rejects.toMatchObject({
      code: 'REG_MODULE_FAILED',
      message: expect.stringContaining('predictStep failed in batch 1: no'),
    })
  })

  it('can be left in the middle', async () => {
    const ends: string[] = []
    const trainer = new Trainer()
    trainer.hooks.predictEnd.tap('user', ({ outcome }) => void ends.push(outcome))
    const predictStep = (batch: tf.Tensor1D) => tf.neg(batch)
    for await (const output of trainer.predict({ variables, predictStep }, batches)) {
      output.dispose()
      break
    }
    expect(ends).toEqual(['stopped'])
  })
})
