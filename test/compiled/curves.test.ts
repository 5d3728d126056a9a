import '@tensorflow/tfjs-backend-cpu'
import { useWasm, wasm, wasmEngine } from '@regimen/backend-wasm'
import { dropout } from '@regimen/core/layers'
import { compile } from '@regimen/plugin-compile'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import table from './curves.json' with { type: 'json' }
import { type CurveModel, models } from './models.js'
import { numbers } from './numbers.js'
import { recurrentModels } from './recurrent-models.js'
import { type Curve, trainCurve } from './train-curve.js'

const all = { ...models, ...recurrentModels }

/** Differences from PyTorch's float64 after 20 steps, absolute; the largest found is 8e-6, of the LSTM's weights. */
const TOLERANCE = 2e-5

beforeAll(() => useWasm({ threads: 2 }))
afterAll(() => useWasm())

const traced = (model: CurveModel, threads: number) =>
  trainCurve(model, { plugins: [wasm({ threads })] })
const replayed = (model: CurveModel, threads: number) =>
  trainCurve(model, { plugins: [wasm({ threads }), compile({ verifyEvery: 0 })] })

describe.each(Object.entries(all))('%s', (name, model) => {
  const isGan = model.generatorLoss !== undefined
  let first: Curve
  beforeAll(async () => {
    first = await traced(model, 1)
  })

  it.each([1, 2])(
    'a curve that is replayed on %i threads is the traced one, to the bit',
    async (threads) => {
      const before = footprint()
      const curve = await replayed(model, threads)
      expect(wasmEngine()?.threads).toBe(threads)
      const [steps, most] = isGan ? [34, 40] : [17, 20]
      expect(curve.texts.at(-1)).toMatch(new RegExp(`^${steps} of ${most} steps were replayed`))
      expect(curve.losses).toEqual(first.losses)
      expect(curve.weights).toEqual(first.weights)
      expect(footprint()).toEqual(before)
    },
  )

  it('a curve that is traced on 2 threads is that on 1, to the bit', async () => {
    const { losses, weights } = await traced(model, 2)
    expect(losses).toEqual(first.losses)
    expect(weights).toEqual(first.weights)
  })

  it.runIf(name in table)('is the curve of PyTorch', () => {
    const expected = table[name as 'mlp'] as Pick<Curve, 'losses' | 'weights'>
    expect(first.losses).toHaveLength(isGan ? 40 : 20)
    expect(largest(first.losses, expected.losses)).toBeLessThan(TOLERANCE)
    for (const [variable, values] of Object.entries(expected.weights)) {
      const difference = largest(first.weights[variable] as number[], values)
      expect(difference, variable).toBeLessThan(TOLERANCE)
    }
  })
})

it('dropout is a product with its masks, as the engine cpu computes it', async () => {
  const model = models['convnet with dropout'] as CurveModel
  const expected = await traced(model, 1)
  const { random } = Math
  const masks = Array.from({ length: 20 }, (_, step) => {
    Math.random = () => ((numbers(1, step + 1)[0] as number) + 1) / 2
    return tf.tidy(() => dropout(tf.ones([5, 36]), 0.4).dataSync())
  })
  Math.random = random
  await tf.setBackend('cpu')
  const curve = await trainCurve(model, {
    change: (batch, step) => ({ ...batch, mask: tf.tensor(masks[step] as Float32Array, [5, 36]) }),
  })
  await useWasm()
  expect(largest(curve.losses, expected.losses)).toBeLessThan(TOLERANCE)
  for (const [variable, values] of Object.entries(curve.weights)) {
    expect(largest(expected.weights[variable] as number[], values), variable).toBeLessThan(
      TOLERANCE,
    )
  }
})

function largest(actual: readonly number[], expected: readonly number[]): number {
  expect(actual).toHaveLength(expected.length)
  return Math.max(...actual.map((value, i) => Math.abs(value - (expected[i] as number))))
}

const footprint = () => [tf.memory().numTensors, tf.backend().numDataIds()]
