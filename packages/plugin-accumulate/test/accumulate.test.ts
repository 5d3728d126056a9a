import {
  type DataSource,
  definePlugin,
  type PluginEntry,
  Trainer,
  type TrainerOptions,
} from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type AccumulateOptions, accumulate } from '../src/index.js'
import { givenGradients, rows, twoOptimizers } from './helpers/given-gradients.js'
import { lineBatches, lineModule } from './helpers/line.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const A = [1, 2, 3]
const B = [5, 6, 10]
const C = [-3, 1, 8]

interface Fit extends Omit<TrainerOptions, 'plugins'> {
  readonly train: DataSource<tf.Tensor2D>
  readonly plugins?: PluginEntry
}

/** Fits given gradients with SGD of rate 1. @returns what was subtracted, and the counters */
async function fit(options: AccumulateOptions, { train, plugins, ...others }: Fit) {
  const { module, applied, dispose } = givenGradients()
  const before = tf.memory().numTensors
  const trainer = new Trainer({
    maxEpochs: 1,
    ...others,
    plugins: [accumulate(options), plugins],
  })
  await trainer.fit(module, { train })
  expect(tf.memory().numTensors).toBe(before)
  const result = { applied: applied(), steps: trainer.state.step, epochs: trainer.state.epoch }
  dispose()
  return result
}

/** `count` rows that do not matter. */
function some(count: number) {
  return rows(...Array.from({ length: count }, () => A))
}

describe('two batches of 4', () => {
  it.each([
    ['sgd', () => tf.train.sgd(0.1)],
    ['momentum', () => tf.train.momentum(0.05, 0.9)],
    ['adam', () => tf.train.adam(0.05)],
  ])('train like one batch of 8, with %s', async (_, optimizer) => {
    const [small, large] = [lineModule(optimizer), lineModule(optimizer)]
    const plugins = [accumulate({ batches: 2 })]
    const trainer = new Trainer({ maxEpochs: 5, plugins })
    await trainer.fit(small.module, { train: lineBatches(6, 4) })
    await new Trainer({ maxEpochs: 5 }).fit(large.module, { train: lineBatches(3, 8) })
    expect(trainer.state).toMatchObject({ step: 15, samples: 120 })
    for (const [index, weight] of large.weights().entries()) {
      expect(Math.abs((small.weights()[index] ?? Number.NaN) - weight)).toBeLessThan(1e-6)
    }
    small.dispose()
    large.dispose()
  })
})

describe('a window', () => {
  it('ends in one step with the mean of its gradients', async () => {
    const result = await fit({ batches: 2 }, { train: rows(A, B) })
    expect(result).toMatchObject({ applied: [3, 4, 6.5], steps: 1 })
  })

  it('of one batch changes nothing', async () => {
    const result = await fit({ batches: 1 }, { train: rows(A, B) })
    expect(result).toMatchObject({ applied: [6, 8, 13], steps: 2 })
  })

  it('that is the last of an epoch steps with what there is, divided by its real size', async () => {
    const result = await fit({ batches: 2 }, { train: rows(A, B, C) })
    expect(result).toMatchObject({ applied: [3 - 3, 4 + 1, 6.5 + 8], steps: 2 })
    const short = await fit({ batches: 4 }, { train: rows(A, B, C) })
    expect(short).toMatchObject({ applied: [1, 3, 7], steps: 1 })
  })

  it('does so too where the loader does not know its size', async () => {
    const unsized = function* () {
      yield* rows(A, B, C)
    }
    const result = await fit({ batches: 2 }, { train: unsized })
    expect(result).toMatchObject({ applied: [0, 5, 14.5], steps: 2 })
  })

  it('does so too where limitBatches cuts the epoch', async () => {
    const train = rows(A, B, C, A, A)
    const result = await fit({ batches: 2 }, { train, limitBatches: { train: 3 } })
    expect(result).toMatchObject({ applied: [0, 5, 14.5], steps: 2 })
  })

  it('never reaches into the next epoch', async () => {
    const result = await fit({ batches: 2 }, { train: rows(A, B, C), maxEpochs: 2 })
    expect(result).toMatchObject({ applied: [0, 10, 29], steps: 4 })
  })

  it('gives one mean to the plugins behind it', async () => {
    const seen: number[][] = []
    const watch = definePlugin({
      name: 'watch',
      after: ['accumulate'],
      apply: ({ hooks }) =>
        hooks.gradients.tap('watch', (gradients) => {
          if (gradients) seen.push(Object.values(gradients).flatMap((g) => [...g.dataSync()]))
          return undefined
        }),
    })
    await fit({ batches: 2 }, { train: rows(A, B, C), plugins: watch })
    expect(seen).toEqual([[3, 4, 6.5], C])
  })

  it('leaves the metrics of each batch as they are', async () => {
    const { module, dispose } = lineModule(() => tf.train.sgd(0))
    const seen: [string, number][] = []
    const losses = async (plugins: PluginEntry[]) => {
      const trainer = new Trainer({ maxEpochs: 1, logEvery: { steps: 1 }, plugins })
      trainer.hooks.batchEnd.tapPromise('test', async ({ outcome, metrics }) => {
        seen.push([outcome, await metrics.get('loss')])
      })
      const result = await trainer.fit(module, { train: lineBatches(3, 4) })
      return [seen.splice(0), result.metrics] as const
    }
    const [plain, plainMetrics] = await losses([])
    const [own, metrics] = await losses([accumulate({ batches: 2 })])
    expect(own.map(([, loss]) => loss)).toEqual(plain.map(([, loss]) => loss))
    expect(own.map(([outcome]) => outcome)).toEqual(['skipped', 'completed', 'completed'])
    expect(metrics).toEqual(plainMetrics)
    dispose()
  })
})

describe('several optimizers', () => {
  it('have a window each', async () => {
    const { module, applied, dispose } = twoOptimizers({ automatic: true })
    const before = tf.memory().numTensors
    const trainer = new Trainer({ maxEpochs: 1, plugins: [accumulate({ batches: 2 })] })
    await trainer.fit(module, { train: rows([1], [2], [6]) })
    // gradients 3 x and 4 x of each batch: the means of (1, 2) and of (6)
    expect(applied()).toEqual([3 * 1.5 + 18, 4 * 1.5 + 24])
    expect(trainer.state.step).toBe(2)
    expect(tf.memory().numTensors).toBe(before)
    dispose()
  })

  it('of a module that takes its own steps are an error', async () => {
    const { module, dispose } = twoOptimizers({ automatic: false })
    const before = tf.memory().numTensors
    const trainer = new Trainer({ maxEpochs: 1, plugins: [accumulate({ batches: 2 })] })
    await expect(trainer.fit(module, { train: rows([1]) })).rejects.toMatchObject({
      code: 'REG_MODULE_INVALID',
      plugin: 'accumulate',
      message: expect.stringContaining('automaticOptimization: false'),
    })
    expect(tf.memory().numTensors).toBe(before)
    dispose()
  })
})

describe("Lightning's cases", () => {
  it('C134: maxSteps counts optimizer steps, not batches', async () => {
    const options = { train: some(32), maxSteps: 42, maxEpochs: 1000 }
    // 10 + 10 + 10 + 2 batches: 4 steps an epoch, so 42 is the second step of epoch 10
    expect(await fit({ batches: 10 }, options)).toMatchObject({ steps: 42, epochs: 11 })
  })

  it('C163: gradients are summed without a step until the window is full', async () => {
    const calls: string[] = []
    const module = givenGradients()
    const trainer = new Trainer({ maxEpochs: 1, plugins: [accumulate({ batches: 3 })] })
    trainer.hooks.batchStart.tap('test', () => void calls.push('batch'))
    trainer.hooks.gradients.tap('test', () => void calls.push('gradients'))
    trainer.hooks.stepStart.tap('test', () => void calls.push('step'))
    await trainer.fit(module.module, { train: some(5) })
    const full = ['batch', 'gradients', 'step']
    expect(calls).toEqual(['batch', 'batch', ...full, 'batch', ...full])
    module.dispose()
  })

  it('C166: a validation inside a window finds its sum untouched', async () => {
    const { module, dispose } = lineModule(() => tf.train.sgd(0.1))
    const before = tf.memory().numTensors
    const found: unknown[] = []
    const options = { maxEpochs: 1, sanityBatches: 0, validateEvery: { epochs: 1 / 3 } }
    const trainer = new Trainer({ ...options, plugins: [accumulate({ batches: 3 })] })
    trainer.hooks.validationStart.tapPromise('test', async ({ batch, step }) => {
      const { meta, tensors } = await trainer.snapshot()
      found.push([batch, step, meta.plugins.accumulate, Object.keys(tensors).filter(isOwn)])
    })
    await trainer.fit(module, { train: lineBatches(6, 4), validation: lineBatches(1, 4) })
    const sums = ['plugin/accumulate/main/w', 'plugin/accumulate/main/b']
    expect(found).toEqual([
      [2, 0, { main: { batches: 2, variables: ['w', 'b'], unit: 4, weight: 2 } }, sums],
      [4, 1, { main: { batches: 1, variables: ['w', 'b'], unit: 4, weight: 1 } }, sums],
      [6, 2, {}, []],
    ])
    expect(tf.memory().numTensors).toBe(before)
    dispose()
  })

  it.each([
    [1, 20],
    [2, 10],
    [3, 7],
  ])('C197: 20 batches by %i are %i steps', async (batches, steps) => {
    expect(await fit({ batches }, { train: some(20) })).toMatchObject({ steps })
  })

  it.each([
    [{ 1: 2, 3: 4 }, 10 + 5 + 5 + 3],
    [{ 0: 2, 2: 1 }, 5 + 5 + 10 + 10],
  ])('C198: 4 epochs of 10 batches by the schedule %o are %i steps', async (schedule, steps) => {
    expect(await fit({ schedule }, { train: some(10), maxEpochs: 4 })).toMatchObject({ steps })
  })

  it('C202: counts batches by itself, whatever the training step looks at', async () => {
    const batches: number[] = []
    const note = definePlugin({
      name: 'note',
      apply: ({ hooks }) => hooks.stepEnd.tap('note', ({ batch }) => void batches.push(batch)),
    })
    await fit({ batches: 2 }, { train: some(4), plugins: note })
    expect(batches).toEqual([1, 3])
  })
})

function isOwn(name: string): boolean {
  return name.startsWith('plugin/accumulate/')
}
