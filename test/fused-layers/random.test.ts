import '@tensorflow/tfjs-backend-cpu'
import { useWasm } from '@regimen/backend-wasm'
import { installGradients } from '@regimen/core'
import { dropout, fuseLayers } from '@regimen/core/layers'
import * as tf from '@tensorflow/tfjs-core'
import { type LayersModel, layers as tfLayers } from '@tensorflow/tfjs-layers'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { steadyRandom } from './steady-random.js'

beforeAll(async () => {
  await useWasm()
  installGradients()
})
beforeEach(async () => {
  steadyRandom()
  await tf.setBackend('wasm')
})
afterEach(() => vi.restoreAllMocks())

const noises: Record<string, () => tfLayers.Layer> = {
  dropout: () => tfLayers.dropout({ rate: 0.3 }),
  'dropout of rows': () => tfLayers.dropout({ rate: 0.3, noiseShape: [null, 1, null] as never }),
  spatialDropout1d: () => tfLayers.spatialDropout1d({ rate: 0.3 }) as tfLayers.Layer,
  alphaDropout: () => tfLayers.alphaDropout({ rate: 0.3 }),
  gaussianDropout: () => tfLayers.gaussianDropout({ rate: 0.3 }),
  gaussianNoise: () => tfLayers.gaussianNoise({ stddev: 0.3 }),
}
const names = Object.keys(noises)
const made = (name: string) => fused((noises[name] as () => tfLayers.Layer)())

describe.each(names)('%s', (name) => {
  it('draws one Math.random per call in training, and makes its numbers of it', () => {
    const layer = made(name)
    const draw = vi.spyOn(Math, 'random').mockReturnValue(0.1)
    const [a, b] = [values(layer, true), values(layer, true)]
    expect(draw).toHaveBeenCalledTimes(2)
    draw.mockReturnValue(0.2)
    expect(b).toEqual(a)
    expect(values(layer, true)).not.toEqual(a)
  })

  it('is the identity outside training', () => {
    const draw = steadyRandom()
    expect(values(made(name), false)).toEqual(values(made(name)))
    expect(new Set(values(made(name), false))).toEqual(new Set([1]))
    expect(draw).not.toHaveBeenCalled()
  })

  it('keeps the mean', () => {
    const layer = made(name)
    const sample = Array.from({ length: 100 }, () => values(layer, true)).flat()
    const mean = sample.reduce((sum, value) => sum + value, 0) / sample.length
    expect(Math.abs(mean - (name === 'alphaDropout' ? 0.6027 : 1))).toBeLessThan(0.06)
  })

  it('does what tfjs does on a backend without the kernels', async () => {
    const layer = made(name)
    await tf.setBackend('cpu')
    expect(values(layer, true)).toHaveLength(200)
  })

  it('leaves nothing behind, also with a gradient', () => {
    const layer = made(name)
    const before = footprint()
    tf.tidy(() => {
      const x = tf.ones([2, 10, 10])
      tf.grad((v) => tf.sum(layer.call(v, { training: true }) as tf.Tensor))(x)
    })
    expect(footprint()).toEqual(before)
  })
})

it('spatial dropout drops whole features', () => {
  const out = tf.ones([2, 5, 40])
  const dropped = made('spatialDropout1d').call(out, { training: true }) as tf.Tensor3D
  const rows = tf.unstack(dropped, 1).map((row) => [...row.dataSync()])
  for (const row of rows) expect(row).toEqual(rows[0])
  expect(new Set(rows[0]).size).toBe(2)
})

it('the mask of a dropout layer is that of its gradient', () => {
  const layer = made('dropout')
  const slopes = tf.valueAndGrad((v) => tf.sum(layer.call(v, { training: true }) as tf.Tensor))
  const draw = vi.spyOn(Math, 'random').mockReturnValue(0.7)
  const { grad } = slopes(tf.ones([2, 10, 10]))
  expect(draw).toHaveBeenCalledTimes(1)
  expect([...grad.dataSync()]).toEqual(values(layer, true))
})

it('alpha dropout keeps mean and variance of normal values, as tfjs does not', () => {
  const layer = made('alphaDropout')
  const x = tf.randomNormal([200, 500], 0, 1, 'float32', 3)
  const { mean, variance } = tf.moments(layer.call(x, { training: true }) as tf.Tensor)
  expect(Math.abs(mean.dataSync()[0] as number)).toBeLessThan(0.02)
  expect(Math.abs((variance.dataSync()[0] as number) - 1)).toBeLessThan(0.02)
})

it('a layer with a seed of its own does what tfjs does', () => {
  const seeded = () => tfLayers.dropout({ rate: 0.3, seed: 5 })
  expect(values(fused(seeded()), true)).toEqual(values(seeded(), true))
})

it('calls the hook of a layer, as tfjs does', () => {
  const layer = made('dropout')
  const hook = vi.fn()
  layer.setCallHook(hook)
  values(layer, true)
  expect(hook).toHaveBeenCalledTimes(1)
})

describe('dropout without a layer', () => {
  it('draws one Math.random and keeps type and mean', () => {
    const draw = steadyRandom()
    const out: tf.Tensor2D = dropout(tf.ones<tf.Rank.R2>([100, 100]), 0.5)
    expect(draw).toHaveBeenCalledTimes(1)
    expect(Math.abs((tf.mean(out).dataSync()[0] as number) - 1)).toBeLessThan(0.05)
  })

  it('copies for the rate 0 and refuses the rate 1, as tfjs does', () => {
    const x = tf.ones([4])
    expect([...dropout(x, 0).dataSync()]).toEqual([1, 1, 1, 1])
    expect(() => dropout(x, 1)).toThrow('rate')
  })

  it('works on a backend without the kernel', async () => {
    await tf.setBackend('cpu')
    const zeros = dropout(tf.ones([1000]), 0.5)
      .dataSync()
      .filter((value) => value === 0)
    expect(Math.abs(zeros.length - 500)).toBeLessThan(100)
  })
})

function fused<T extends tfLayers.Layer>(layer: T): T {
  fuseLayers({ layers: [layer] } as unknown as LayersModel)
  return layer
}

function values(layer: tfLayers.Layer, training?: boolean): number[] {
  const before = footprint()
  const out = tf.tidy(() => {
    const result = layer.call(tf.ones([2, 10, 10]), training === undefined ? {} : { training })
    return [...([result].flat()[0]?.dataSync() ?? [])]
  }) as unknown as number[]
  expect(footprint()).toEqual(before)
  return out
}

const footprint = () => [tf.memory().numTensors, tf.backend().numDataIds()]
