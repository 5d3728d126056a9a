import { definePlugin, type PluginEntry, Trainer, type TrainerOptions } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { constant, lrScheduler, polynomial, wholeRun } from '../src/index.js'
import { lengthOfRun } from '../src/whole-run.js'
import { ones, slope, twoSlopes } from './helpers/slope.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const { POSITIVE_INFINITY: INFINITE } = Number

describe('the length of a run', () => {
  it.each([
    ['C200: 64 batches, 2 epochs', 64, 2, INFINITE, 1, 128, 2],
    ['C200: accumulated by 2', 64, 1, INFINITE, 2, 32, 1],
    ['C200: accumulated by 3', 64, 1, INFINITE, 3, 22, 1],
    ['C200: endless', 64, INFINITE, INFINITE, 1, INFINITE, INFINITE],
    ['C200: maxSteps 2', 64, 2, 2, 1, 2, 1],
    ['C200: maxSteps 100', 64, INFINITE, 100, 1, 100, 2],
    ['C200: unknown size, maxSteps 1000', undefined, 3, 1000, 1, 1000, 3],
    ['unknown size', undefined, 3, INFINITE, 1, INFINITE, 3],
    ['nothing to train with', 0, 3, INFINITE, 1, INFINITE, 3],
  ])('%s', (_, trainBatches, maxEpochs, maxSteps, batches, steps, epochs) => {
    const length = lengthOfRun({ trainBatches, maxEpochs, maxSteps, batchesAt: () => batches })
    expect(length).toEqual({ steps, epochs })
  })

  it('C200: follows an accumulation that changes by epoch', () => {
    const limits = { trainBatches: 10, maxEpochs: 4, maxSteps: INFINITE }
    const batchesAt = (epoch: number) => (epoch < 1 ? 1 : epoch < 3 ? 2 : 4)
    expect(lengthOfRun({ ...limits, batchesAt })).toEqual({ steps: 10 + 5 + 5 + 3, epochs: 4 })
  })
})

interface Fit extends Omit<TrainerOptions, 'plugins'> {
  readonly interval?: 'step' | 'epoch'
  readonly plugins?: PluginEntry
  readonly several?: boolean
  readonly isSized?: boolean
}

/** Fits 4 batches an epoch. @returns the lengths that the schedule was made for */
async function lengthsOf({ interval = 'step', plugins, several, isSized = true, ...options }: Fit) {
  const made: number[] = []
  const schedule = wholeRun((steps) => {
    made.push(steps)
    return polynomial({ steps })
  })
  const one = slope(() => tf.train.sgd(1))
  const two = twoSlopes()
  const before = tf.memory().numTensors
  const all = [plugins, lrScheduler({ schedule, interval })]
  const unsized = function* () {
    yield* ones(4)
  }
  try {
    const trainer = new Trainer({ maxEpochs: 2, ...options, plugins: all })
    const train = isSized ? ones(4) : unsized
    await trainer.fit(several ? two.module : one.module, { train })
    return { made, weight: one.weight() }
  } finally {
    expect(tf.memory().numTensors).toBe(before)
    one.dispose()
    two.dispose()
  }
}

describe('a schedule over the whole run', () => {
  it('is told its steps, and ends with the run', async () => {
    // a straight line from 1 to 0 over 8 steps: 8/8 + 7/8 + ... + 1/8
    expect(await lengthsOf({})).toEqual({ made: [8], weight: -4.5 })
  })

  it('is told its epochs', async () => {
    expect(await lengthsOf({ interval: 'epoch' })).toMatchObject({ made: [2] })
  })

  it('is told the batches of a module that takes its steps itself, and what maxSteps leaves of them', async () => {
    expect(await lengthsOf({ several: true })).toMatchObject({ made: [8, 8] })
    expect(await lengthsOf({ several: true, maxSteps: 3 })).toMatchObject({ made: [3, 3] })
  })

  it('counts what accumulation leaves of them', async () => {
    const accumulate = definePlugin({
      name: 'accumulate',
      apply: ({ provide }) => (provide as Provide)('accumulate', { batchesAt: () => 3 }),
    })
    expect(await lengthsOf({ plugins: accumulate })).toMatchObject({ made: [4] })
  })

  it.each([
    [
      { isSized: false },
      /"maxSteps" is Infinity; expected .*: nothing says how many steps the run will have/,
    ],
    [
      { maxEpochs: INFINITE, interval: 'epoch' as const },
      /nothing says how many epochs the run will have/,
    ],
  ])('is an error where that cannot be told: %o', async (options, message) => {
    await expect(lengthsOf(options)).rejects.toThrow(message)
  })

  it('must be a function that makes a schedule', async () => {
    expect(() => wholeRun(constant as never)).not.toThrow()
    expect(() => wholeRun(0.1 as never)).toThrow(
      /wholeRun: "make" is 0.1; expected a function such as \(steps\) => cosine/,
    )
    const { module, dispose } = slope(() => tf.train.sgd(1))
    const plugins = [lrScheduler({ schedule: wholeRun(() => 0.1 as never) })]
    const fit = new Trainer({ maxEpochs: 1, plugins }).fit(module, { train: ones(1) })
    await expect(fit).rejects.toThrow(
      /"make" is a function that returned 0.1; expected a function that returns a schedule/,
    )
    dispose()
  })
})

type Provide = (name: string, service: unknown) => void
