import { definePlugin, type PluginEntry, type Report, Trainer } from '@regimen/core'
import { expectNoTensorLeak } from '@regimen/testing'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { ema } from '../src/index.js'
import { quadratic, targets } from './helpers/quadratic.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const reports: Report[] = []
const collector = definePlugin({
  name: 'collector',
  apply: ({ provide }) => provide('reporter', { report: (one) => void reports.push(one) }),
})
const trainerOf = (plugins: PluginEntry, maxEpochs = 1) =>
  new Trainer({ maxEpochs, sanityBatches: 0, plugins: [plugins, collector] })

// With rate 0.5 and the targets 4, 8, 0: w is 2, 5, 2.5. With decay 0.5 the average is 2, 3.5, 3.
const DATA = { train: targets(4, 8, 0), validation: targets(1) }

describe('in a fit', () => {
  it('validates the average, and leaves it in the module', () =>
    expectNoTensorLeak(async () => {
      reports.length = 0
      const { module, seen, weights, dispose } = quadratic()
      const trainer = trainerOf(ema({ decay: 0.5 }))
      const { metrics } = await trainer.fit(module, DATA)
      expect(seen).toEqual([3])
      expect(metrics.val_loss).toBe(4)
      // The statistic is 4, 12, 12; its average 4, 8, 10.
      expect(weights()).toEqual({ w: 3, sum: 10 })
      expect(reports.map(({ message }) => message)).toEqual([
        'The module has the average of 3 states of its weights.',
      ])
      dispose()
    }))

  it('trains as without it', async () => {
    const plain = quadratic()
    await trainerOf([], 3).fit(plain.module, DATA)
    const averaged = quadratic()
    const trainer = trainerOf(ema({ decay: 0.5 }), 3)
    await trainer.fit(averaged.module, DATA)
    const { tensors } = await trainer.snapshot()
    expect(tensors['plugin/ema/raw/w']?.data[0]).toBe(plain.weights().w)
    expect(tensors['module/w']?.data[0]).toBe(averaged.weights().w)
    expect(tensors['module/w']?.data[0]).not.toBe(plain.weights().w)
    plain.dispose()
    averaged.dispose()
  })

  it('copies the statistics where it should', async () => {
    const { module, weights, dispose } = quadratic()
    await trainerOf(ema({ decay: 0.5, statistics: 'latest' })).fit(module, DATA)
    expect(weights()).toEqual({ w: 3, sum: 12 })
    dispose()
  })

  it('averages epochs equally from one on, before the validation of each', async () => {
    const { module, seen, weights, dispose } = quadratic()
    // w at the ends of the epochs: 2.5, 2.8125, 2.8515625 …: w' = w / 8 + 2.5.
    await trainerOf(ema({ mode: 'swa', start: { epochs: 1 } }), 3).fit(module, DATA)
    expect(seen).toEqual([2.5, 2.8125, (2.8125 + 2.8515625) / 2])
    expect(weights().w).toBe(2.83203125)
    dispose()
  })

  it('leaves the weights alone where nothing was averaged', async () => {
    const { module, weights, dispose } = quadratic()
    await trainerOf(ema({ start: { steps: 3 } })).fit(module, DATA)
    expect(weights()).toEqual({ w: 2.5, sum: 12 })
    dispose()
  })

  it.each(['validationStep', 'abort'] as const)(
    'has the weights back that are trained after %s',
    (place) =>
      expectNoTensorLeak(async () => {
        const { module, w, dispose } = quadratic()
        const controller = new AbortController()
        const trainer = trainerOf(ema({ decay: 0.5 }))
        const after: (number | undefined)[] = []
        trainer.hooks.validationEnd.tap('test', () => void after.push(w.dataSync()[0]))
        const validationStep: typeof module.validationStep = (x, context) => {
          if (place === 'validationStep') throw new Error('no')
          controller.abort()
          return module.validationStep?.(x, context)
        }
        const fit = trainer.fit({ ...module, validationStep }, DATA, {
          signal: controller.signal,
        })
        if (place === 'abort') await fit
        else await expect(fit).rejects.toThrow('no')
        expect(after).toEqual([2.5])
        expect(w.dataSync()[0]).toBe(2.5)
        dispose()
      }),
  )

  it('anneals the rates, and gives them back', async () => {
    const optimizer = tf.train.sgd(0.5)
    const { module, dispose } = quadratic(0.5, () => optimizer)
    const rates: number[] = []
    const plugin = ema({
      mode: 'swa',
      start: { epochs: 1 },
      learningRate: 0.1,
      annealEpochs: 2,
      anneal: 'linear',
    })
    const trainer = trainerOf(plugin, 4)
    const rateOf = () => (optimizer as unknown as { learningRate: number }).learningRate
    trainer.hooks.stepStart.tap('test', () => void rates.push(rateOf()))
    await trainer.fit(module, { train: targets(1) })
    expect(rates).toEqual([0.5, 0.5, 0.3, 0.1])
    expect(rateOf()).toBe(0.5)
    optimizer.dispose()
    dispose()
  })

  it('counts steps of several optimizers once', async () => {
    const a = tf.tidy(() => tf.variable(tf.scalar(0)))
    const b = tf.tidy(() => tf.variable(tf.scalar(0)))
    const square = (variable: tf.Variable, x: tf.Tensor) =>
      tf.mean(tf.mul(tf.squaredDifference(x, variable), 0.5)) as tf.Scalar
    const module = {
      automaticOptimization: false as const,
      async trainingStep(
        x: tf.Tensor1D,
        { optimize }: { optimize(name: string, loss: () => tf.Scalar): Promise<unknown> },
      ) {
        await optimize('a', () => square(a, x))
        await optimize('b', () => square(b, x))
      },
      variables: () => ({ 'a/w': a, 'b/w': b }),
      configureOptimizers: () => ({ a: tf.train.sgd(0.5), b: tf.train.sgd(0.5) }),
    }
    await trainerOf(ema({ decay: 0.5 })).fit(module, { train: targets(4, 8, 0) })
    expect([a.dataSync()[0], b.dataSync()[0]]).toEqual([3, 3])
    tf.dispose([a, b])
  })
})
