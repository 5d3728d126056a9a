import { definePlugin, type Plugin, Trainer } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { gradientClip } from '../src/index.js'
import { givenGradients, rows, twoOptimizers } from './helpers/given-gradients.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const plain = { maxEpochs: 1, logEvery: { steps: 1 } }

/** Fits one epoch of given gradients with SGD of rate 1. @returns what was subtracted from the weights */
async function applied(plugins: readonly Plugin[], ...gradients: number[][]): Promise<number[]> {
  const { module, applied: weights, dispose } = givenGradients()
  const before = tf.memory().numTensors
  await new Trainer({ ...plain, plugins }).fit(module, { train: rows(...gradients) })
  expect(tf.memory().numTensors).toBe(before)
  const result = weights()
  dispose()
  return result
}

describe('a clip by norm', () => {
  it('C187: leaves gradients whose global norm is the limit', async () => {
    // |(3, 4, 12)| = 13
    const result = await applied([gradientClip({ norm: 0.05 })], [3, 4, 12])
    expect(Math.hypot(...result)).toBeCloseTo(0.05, 7)
    expect(result).toEqual([
      expect.closeTo((3 * 0.05) / 13, 7),
      expect.closeTo((4 * 0.05) / 13, 7),
      expect.closeTo((12 * 0.05) / 13, 7),
    ])
  })

  it("scales by limit / (norm + 1e-6), PyTorch's formula", async () => {
    // norm 5e-6, so that the 1e-6 shows: 1e-6 / 6e-6
    const [a = 0, b = 0] = await applied([gradientClip({ norm: 1e-6 })], [3e-6, 4e-6, 0])
    expect(a / 3e-6).toBeCloseTo(1 / 6, 5)
    expect(b / 4e-6).toBeCloseTo(1 / 6, 5)
  })

  it.each([
    ['below the limit', [1, 2, 2], 3.5],
    ['of nothing but zeros', [0, 0, 0], 1],
    ['of any size under an infinite limit', [30, 40, 0], Number.POSITIVE_INFINITY],
  ])('does not touch gradients %s', async (_, row, norm) => {
    expect(await applied([gradientClip({ norm })], row)).toEqual(row)
  })

  it('clips each step by itself', async () => {
    const result = await applied([gradientClip({ norm: 1 })], [2, 0, 0], [0, 0.5, 0], [0, 0, -8])
    expect(result).toEqual([expect.closeTo(1, 5), 0.5, expect.closeTo(-1, 5)])
  })
})

describe('a clip by value', () => {
  it('C187: puts every element into [-value, value]', async () => {
    const result = await applied([gradientClip({ value: 0.5 })], [0.25, -3, 7])
    expect(result).toEqual([0.25, -0.5, 0.5])
    const tiny = await applied([gradientClip({ value: 1e-10 })], [0.25, -3, 7])
    expect(Math.max(...tiny.map(Math.abs))).toBe(Math.fround(1e-10))
  })
})

describe('log', () => {
  it('reports the norm before clipping, per step', async () => {
    const { module, dispose } = givenGradients()
    const trainer = new Trainer({ ...plain, plugins: [gradientClip({ norm: 1, log: true })] })
    const norms: number[] = []
    trainer.hooks.batchEnd.tapPromise('test', async ({ metrics }) => {
      norms.push(await metrics.get('grad_norm'))
    })
    const before = tf.memory().numTensors
    await trainer.fit(module, { train: rows([3, 4, 12], [0, 0.6, 0.8]) })
    expect(norms).toEqual([13, expect.closeTo(1, 6)])
    expect(tf.memory().numTensors).toBe(before)
    dispose()
  })

  it('adds no metric unless asked for', async () => {
    const { module, dispose } = givenGradients()
    const trainer = new Trainer({ ...plain, plugins: [gradientClip({ norm: 1 })] })
    const result = await trainer.fit(module, { train: rows([3, 4, 12]) })
    expect(Object.keys(result.metrics)).toEqual(['loss'])
    dispose()
  })

  it('names the optimizer where there are several', async () => {
    const { module, dispose } = twoOptimizers()
    const trainer = new Trainer({ ...plain, plugins: [gradientClip({ value: 9, log: true })] })
    const seen: Record<string, number> = {}
    trainer.hooks.batchEnd.tapPromise('test', async ({ metrics }) => {
      for (const name of metrics.names) seen[name] = await metrics.get(name)
    })
    await trainer.fit(module, { train: rows([0]) })
    expect(seen).toEqual({ 'grad_norm/one': 3, 'grad_norm/two': 4 })
    dispose()
  })
})

describe('several optimizers', () => {
  it('have a norm each', async () => {
    const { module, applied: weights, dispose } = twoOptimizers()
    await new Trainer({ ...plain, plugins: [gradientClip({ norm: 1 })] }).fit(module, {
      train: rows([0]),
    })
    expect(weights()).toEqual([expect.closeTo(1, 6), expect.closeTo(1, 6)])
    dispose()
  })

  it('can have a limit each', async () => {
    const { module, applied: weights, dispose } = twoOptimizers()
    const plugins = [
      gradientClip({ value: 1, optimizer: 'one' }),
      gradientClip({ value: 2, optimizer: 'two', id: 'clip-two' }),
    ]
    await new Trainer({ ...plain, plugins }).fit(module, { train: rows([0]) })
    expect(weights()).toEqual([1, 2])
    dispose()
  })

  it('must exist to be clipped', async () => {
    const { module, dispose } = twoOptimizers()
    const before = tf.memory().numTensors
    const trainer = new Trainer({
      ...plain,
      plugins: [gradientClip({ norm: 1, optimizer: 'tow' })],
    })
    await expect(trainer.fit(module, { train: rows([0]) })).rejects.toMatchObject({
      code: 'REG_OPTIMIZER_INVALID',
      plugin: 'gradient-clip',
      message: expect.stringMatching(/"tow".*there is none. The optimizers: "one", "two"/),
    })
    expect(tf.memory().numTensors).toBe(before)
    dispose()
  })
})

it('leaves alone what another plugin withheld', async () => {
  const withhold = definePlugin({
    name: 'withhold',
    apply: ({ hooks }) => hooks.gradients.tap('withhold', () => null),
  })
  expect(await applied([withhold, gradientClip({ norm: 1 })], [1, 1, 1])).toEqual([0, 0, 0])
})

it('comes after accumulate, wherever it is listed', async () => {
  const seen: string[] = []
  const accumulate = definePlugin({
    name: 'accumulate',
    apply: ({ hooks, tf: { mul } }) => {
      hooks.gradients.tap('accumulate', (gradients) => {
        seen.push('accumulate')
        if (!gradients?.a || !gradients.b) return undefined
        return { a: mul(gradients.a, 10), b: mul(gradients.b, 10) }
      })
    },
  })
  const result = await applied([gradientClip({ value: 1 }), accumulate], [0.5, 0.5, 0.01])
  expect(seen).toEqual(['accumulate'])
  expect(result).toEqual([1, 1, expect.closeTo(0.1, 7)])
})

it('leaves no tensor behind when a later plugin fails', async () => {
  const failing = definePlugin({
    name: 'failing',
    apply: ({ hooks }) =>
      hooks.gradients.tap('failing', () => {
        throw new Error('no')
      }),
  })
  const { module, dispose } = givenGradients()
  const before = tf.memory().numTensors
  const plugins = [gradientClip({ norm: 1, log: true }), failing]
  const fit = new Trainer({ ...plain, plugins }).fit(module, { train: rows([1, 2, 3]) })
  await expect(fit).rejects.toMatchObject({ plugin: 'failing' })
  expect(tf.memory().numTensors).toBe(before)
  dispose()
})
