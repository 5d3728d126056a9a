import { useWasm } from '@regimen/backend-wasm'
import { fuseLayers } from '@regimen/core/layers'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'

beforeAll(() => useWasm())
beforeEach(async () => void (await tf.setBackend('wasm')))

describe.each(['lstm', 'gru'] as const)('%s is computed step by step', (kind) => {
  it.each([
    ['with another activation', { activation: 'softsign' as const }, {}],
    ['with another recurrent activation', { recurrentActivation: 'elu' as const }, {}],
    [
      'with dropout of its own kind',
      { dropout: 0.5, dropoutFunc: (x: tf.Tensor) => x },
      { training: true },
    ],
    ['with recurrent dropout in training', { recurrentDropout: 0.5 }, { training: true }],
    ['if it is stateful', { stateful: true, batchInputShape: [2, 3, 4] }, {}],
  ])('%s', async (_, options, call) => {
    expect(await kernelsOf(made(kind, options), call)).not.toContain(kind.toUpperCase())
  })

  it('but not with dropout outside training', async () => {
    const layer = made(kind, { dropout: 0.5, recurrentDropout: 0.5 })
    expect(await kernelsOf(layer, { training: false })).toContain(kind.toUpperCase())
  })

  it('on a backend without the kernel', async () => {
    const layer = made(kind, {})
    const x = tf.ones([2, 3, 4])
    const expected = (layer.call(x, {}) as tf.Tensor).dataSync()
    await tf.setBackend('cpu')
    const actual = (layer.call(tf.ones([2, 3, 4]), {}) as tf.Tensor).dataSync()
    for (const [i, value] of actual.entries()) expect(value).toBeCloseTo(expected[i] as number, 5)
  })

  it('for the gradient of a gradient, which the kernel does not have', () => {
    const layer = made(kind, {})
    const slope = tf.grad((x: tf.Tensor) => tf.sum(layer.call(x, {}) as tf.Tensor))
    const curvature = tf.grad((x: tf.Tensor) => tf.sum(tf.square(slope(x))))
    expect(curvature(tf.ones([2, 3, 4])).shape).toEqual([2, 3, 4])
  })

  it('in a layer of another class that extends it', async () => {
    const layer = made(kind, {}, false)
    class Louder extends (layer.constructor as typeof tfl.layers.Layer) {
      override call(): tf.Tensor {
        return tf.scalar(1)
      }
    }
    const louder = Reflect.construct(Louder, [{ units: 5 }]) as tfl.layers.Layer
    fuse(louder)
    expect((louder.call(tf.ones([2, 3, 4]), {}) as tf.Tensor).shape).toEqual([])
  })

  it('and says what tfjs says for states that do not fit', () => {
    const initialState = [tf.ones([2, 5]), tf.ones([2, 5]), tf.ones([2, 5])]
    expect(() => made(kind, {}).call(tf.ones([2, 3, 4]), { initialState })).toThrow('state(s)')
  })
})

function made(kind: 'lstm' | 'gru', options: object, isFused = true): tfl.layers.Layer {
  const layer = tfl.layers[kind]({ units: 5, ...options })
  layer.build([2, 3, 4])
  if (isFused) fuse(layer)
  return layer
}

const fuse = (layer: tfl.layers.Layer) =>
  fuseLayers({ layers: [layer] } as unknown as tfl.LayersModel)

async function kernelsOf(layer: tfl.layers.Layer, call: object): Promise<string[]> {
  const { kernelNames } = await tf.profile(() => layer.call(tf.ones([2, 3, 4]), call) as tf.Tensor)
  return kernelNames
}
