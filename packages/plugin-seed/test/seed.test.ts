import { Trainer } from '@regimen/core'
import { expectNoTensorLeak } from '@regimen/testing'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { seed } from '../src/index.js'
import { generatedRows, noisyNet, shuffledData, shuffledRows } from './helpers/noisy-net.js'
import { type Trace, traced, training } from './helpers/runs.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('a seed', () => {
  it.each([0, 1, 42, 2 ** 32, Number.MAX_SAFE_INTEGER])('%d gives the same run each time', (n) =>
    expectNoTensorLeak(async () => {
      expect(await traced({ seed: n })).toEqual(await traced({ seed: n }))
    }),
  )

  it('decides weights, order, dropout and what evaluations draw', async () => {
    const [one, two] = [await traced({ seed: 1 }), await traced({ seed: 2 })]
    for (const part of ['weights', 'masks', 'batches', 'evaluated'] as const) {
      expect(one[part]).not.toEqual(two[part])
    }
  })

  it('gives each step a dropout mask of its own', async () => {
    const { masks } = await traced({ seed: 1 })
    expect(masks).toHaveLength(12)
    expect(new Set(masks.map(String)).size).toBe(12)
    const kept = masks.flat()
    expect(new Set(kept)).toEqual(new Set([0, 2]))
    const share = kept.filter((value) => value > 0).length / kept.length
    expect(share).toBeGreaterThan(0.35)
    expect(share).toBeLessThan(0.65)
  })

  it('gives each epoch an order and each validation noise of its own', async () => {
    const { batches, evaluated } = await traced({ seed: 1, sanityBatches: 0 })
    const orders = [0, 4, 8].map((start) => String(batches.slice(start, start + 4)))
    expect(new Set(orders).size).toBe(3)
    expect(evaluated).toHaveLength(6)
    expect(new Set(evaluated).size).toBe(6)
  })

  it('begins anew with each fit of a trainer', async () => {
    const trainer = new Trainer({ maxEpochs: 2, plugins: [seed(1)] })
    const results: unknown[] = []
    for (let fit = 0; fit < 2; fit++) {
      const net = noisyNet
      let made: ReturnType<typeof noisyNet> | undefined
      const { history } = await trainer.fit(() => {
        made = net()
        return made
      }, shuffledData)
      results.push([history, made?.weights()])
      made?.dispose()
    }
    expect(results[0]).toEqual(results[1])
  })

  it('governs loaders that are made per epoch, while they are opened and asked for batches', async () => {
    const data = () => ({ train: () => generatedRows() })
    const [first, second] = [await traced({ seed: 1, data }), await traced({ seed: 1, data })]
    expect(first).toEqual(second)
    expect(first.batches).toHaveLength(12)
    expect(new Set(first.batches.map(String)).size).toBe(12)
  })

  it('governs a step that optimizes by itself', async () => {
    const draws = async () => {
      const w = tf.variable(tf.scalar(0))
      const drawn: number[] = []
      const module = {
        automaticOptimization: false as const,
        async trainingStep(_: unknown, { optimize }: { optimize: Optimize }) {
          drawn.push(Math.random())
          await optimize('main', () => {
            drawn.push(Math.random())
            return tf.square(tf.sub(w, 1)) as tf.Scalar
          })
          await optimize('main', () => {
            drawn.push(Math.random())
            return tf.square(tf.sub(w, 1)) as tf.Scalar
          })
        },
        variables: () => ({ w }),
        configureOptimizers: () => tf.train.sgd(0.1),
      }
      await new Trainer({ maxEpochs: 2, plugins: [seed(1)] }).fit(module, { train: [{ n: 1 }, {}] })
      w.dispose()
      return drawn
    }
    const [first, second] = [await draws(), await draws()]
    expect(first).toHaveLength(12)
    expect(new Set(first).size).toBe(12)
    expect(first).toEqual(second)
  })
})

type Optimize = (name: string, loss: () => tf.Tensor) => Promise<unknown>

describe('evaluations', () => {
  it('C148: the sanity check, validations and what they draw change no training batch', async () => {
    const runs = await Promise.all([
      traced({ seed: 1, sanityBatches: 0 }),
      traced({ seed: 1, sanityBatches: 2 }),
      traced({ seed: 1, validateEvery: { steps: 1 } }),
      traced({ seed: 1, data: () => ({ train: shuffledRows() }) }),
    ])
    const [first, ...others] = runs.map(training)
    for (const other of others) expect(other).toEqual(first)
    expect(runs.map(({ evaluated }) => evaluated.length)).toEqual([6, 8, 26, 0])
  })

  it('draw the same in each test, validation or prediction by itself', async () => {
    const results: unknown[] = []
    const trainers = [1, 1, 2].map((n) => new Trainer({ maxEpochs: 1, plugins: [seed(n)] }))
    const net = noisyNet()
    for (const [index, trainer] of [...trainers, ...trainers].entries()) {
      net.evaluated.length = 0
      await trainer.test(net, shuffledRows())
      await trainer.validate(net, shuffledRows())
      const predictions: unknown[] = []
      for await (const value of trainer.predict(net, shuffledRows())) predictions.push(value)
      results.push([...net.evaluated, ...predictions])
      if (index === 0) await trainer.fit(noisyNetOnce, shuffledData)
    }
    net.dispose()
    last?.dispose()
    expect(new Set(results[0] as unknown[]).size).toBe(12)
    expect(results[1]).toEqual(results[0])
    expect(results[3]).toEqual(results[0])
    expect(results[5]).toEqual(results[2])
    expect(results[2]).not.toEqual(results[0])
  })
})

let last: ReturnType<typeof noisyNet> | undefined
const noisyNetOnce = () => {
  last = noisyNet()
  return last
}

describe('two runs at once', () => {
  it('equal two separate ones, each with its seed', async () => {
    const options = [{ seed: 1 }, { seed: 2, maxEpochs: 2 }, { seed: 1, maxEpochs: 2 }]
    const separate: Trace[] = []
    for (const one of options) separate.push(await traced(one))
    let turns = 0
    const takingTurns = (trainer: Trainer) => {
      for (const hook of [
        'setup',
        'batchStart',
        'batchEnd',
        'validationBatchEnd',
        'save',
      ] as const) {
        trainer.hooks[hook].tapPromise('take-turns', () => {
          turns++
          return nextTurn()
        })
      }
    }
    const together = await Promise.all(options.map((one) => traced({ ...one, edit: takingTurns })))
    expect(together).toEqual(separate)
    expect(turns).toBeGreaterThan(60)
  })
})
