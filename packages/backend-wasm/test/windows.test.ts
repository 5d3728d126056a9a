import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { prepare, random, relativeError } from './support/compare.js'
import { litter } from './support/litter.js'
import {
  convolution,
  differences,
  dilation,
  outSpace,
  pooling,
  type Sliding,
} from './support/reference.js'

beforeAll(prepare)
beforeEach(litter)

const IMAGE = [2, 5, 7, 3] as const
const VOLUME = [2, 4, 3, 5, 2] as const

const flat = [
  { size: [2, 3], strides: [1, 1] },
  { size: [3, 2], strides: [2, 2] },
  { size: [2, 2], strides: [3, 3] },
  { size: [3, 3], strides: [1, 2] },
  { size: [1, 1], strides: [1, 1] },
].flatMap((window) => [
  { ...window, pad: 'same' as const },
  { ...window, pad: 'valid' as const },
])

const solid = [
  { size: [2, 3, 2], strides: [1, 1, 1] },
  { size: [3, 2, 3], strides: [2, 2, 2] },
  { size: [2, 2, 2], strides: [3, 3, 3] },
  { size: [2, 3, 3], strides: [1, 2, 3] },
  { size: [1, 1, 1], strides: [1, 1, 1] },
  { size: [1, 1, 1], strides: [2, 2, 2] },
].flatMap((window) => [
  { ...window, pad: 'same' as const },
  { ...window, pad: 'valid' as const },
])

type Three = [number, number, number]
type Two = [number, number]

/** Values that all differ, so that the largest of a window is one; all negative. */
function distinct(shape: readonly number[]): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape])
  const values = Float32Array.from(
    { length: size },
    (_, i) => ((i * 7919) % size) / 64 - size / 64 - 1,
  )
  return tf.tensor(values, [...shape])
}

function expectNear(actual: tf.Tensor, expected: ArrayLike<number>): void {
  expect(relativeError(actual.dataSync(), expected)).toBeLessThanOrEqual(1e-5)
  actual.dispose()
}

/** The gradients of `f` at these tensors, on a heap full of litter. */
function gradients(
  f: (...x: tf.Tensor[]) => tf.Tensor,
  x: tf.Tensor[],
  dy: tf.Tensor,
): tf.Tensor[] {
  litter()
  return tf.grads(f)(x, dy)
}

describe('conv3d', () => {
  it.each(solid)('$size by $strides, $pad: values and gradients', ({ size, strides, pad }) => {
    const sliding: Sliding = { size, strides, pad }
    const x = random(VOLUME)
    const w = random([...size, 2, 3], 2)
    const f = (a: tf.Tensor, b: tf.Tensor) =>
      tf.conv3d(a as tf.Tensor5D, b as tf.Tensor5D, strides as Three, pad)
    const [values, weights] = [x.dataSync(), w.dataSync()]
    expectNear(f(x, w), convolution(values, VOLUME, weights, sliding))
    const dy = random([2, ...outSpace(VOLUME, sliding), 3], 3)
    const [dx, dw] = gradients(f as never, [x, w], dy) as [tf.Tensor, tf.Tensor]
    const byX = (v: Float64Array) => convolution(v, VOLUME, weights, sliding)
    const byW = (v: Float64Array) => convolution(values, VOLUME, v, sliding)
    expectNear(dx, differences(byX, values, dy.dataSync(), 1))
    expectNear(dw, differences(byW, weights, dy.dataSync(), 1))
    tf.dispose([x, w, dy])
  })

  it('backwards gives conv3dTranspose', () => {
    const sliding: Sliding = { size: [3, 3, 3], strides: [2, 2, 2], pad: 'same' }
    const shape = [2, 5, 8, 6, 3] as [number, number, number, number, number]
    const x = random([2, ...outSpace(shape, sliding), 2])
    const w = random([3, 3, 3, 3, 2], 2)
    const out = tf.conv3dTranspose(x as tf.Tensor5D, w as tf.Tensor5D, shape, 2, 'same')
    const zeros = new Float64Array(tf.util.sizeFromShape(shape))
    const forward = (v: Float64Array) => convolution(v, shape, w.dataSync(), sliding)
    expectNear(out, differences(forward, zeros, x.dataSync(), 1))
  })
})

describe('maxPool3d', () => {
  it.each(solid)('$size by $strides, $pad: values and gradient', ({ size, strides, pad }) => {
    const x = distinct(VOLUME)
    const f = (v: Float64Array) => pooling('largest', v, VOLUME, { size, strides, pad })
    const pool = (v: tf.Tensor) =>
      tf.maxPool3d(v as tf.Tensor5D, size as Three, strides as Three, pad)
    const y = pool(x)
    const dy = random(y.shape, 4)
    expectNear(y, f(Float64Array.from(x.dataSync())))
    const [dx] = gradients(pool as never, [x], dy) as [tf.Tensor]
    expectNear(dx, differences(f, x.dataSync(), dy.dataSync(), 1e-3))
  })

  it('gives a tie to the first value of the window', () => {
    const dx = tf.grad((x: tf.Tensor) => tf.maxPool3d(x as tf.Tensor5D, 2, 2, 'valid'))(
      tf.fill([1, 2, 2, 2, 1], -3),
    )
    expect([...dx.dataSync()]).toEqual([1, 0, 0, 0, 0, 0, 0, 0])
  })

  it('ignores NaN beside numbers, and is NaN where there is nothing else', () => {
    const pool = (values: number[]) =>
      tf.maxPool3d(tf.tensor5d(values, [1, 1, 1, 3, 1]), [1, 1, 3], 1, 'valid').dataSync()[0]
    expect(pool([-3, Number.NaN, -2])).toBe(-2)
    expect(pool([Number.NaN, Number.NaN, Number.NaN])).toBeNaN()
  })
})

describe('avgPool3d', () => {
  it.each(solid)('$size by $strides, $pad: values', ({ size, strides, pad }) => {
    const x = distinct(VOLUME)
    const expected = pooling('average', x.dataSync(), VOLUME, { size, strides, pad })
    expectNear(tf.avgPool3d(x as tf.Tensor5D, size as Three, strides as Three, pad), expected)
  })
})

describe('dilation2d', () => {
  const dilated = [
    ...flat.map((window) => ({ ...window, dilations: [1, 1] })),
    { size: [2, 3], strides: [1, 1], pad: 'same' as const, dilations: [2, 2] },
    { size: [2, 2], strides: [1, 1], pad: 'valid' as const, dilations: [1, 3] },
  ]

  it.each(dilated)('$size by $strides, $pad, $dilations', ({ size, strides, pad, dilations }) => {
    const sliding: Sliding = { size, strides, pad, dilations }
    const x = distinct(IMAGE)
    const w = tf.tidy(() => tf.mul(random([...size, 3], 3), 0.37))
    const f = (a: tf.Tensor, b: tf.Tensor) =>
      tf.dilation2d(a as tf.Tensor4D, b as tf.Tensor3D, strides as Two, pad, dilations as Two)
    const [values, weights] = [x.dataSync(), w.dataSync()]
    const y = f(x, w)
    const dy = random(y.shape, 4)
    expectNear(y, dilation(values, IMAGE, weights, sliding))
    const [dx, dw] = gradients(f as never, [x, w], dy) as [tf.Tensor, tf.Tensor]
    const byX = (v: Float64Array) => dilation(v, IMAGE, weights, sliding)
    const byW = (v: Float64Array) => dilation(values, IMAGE, v, sliding)
    expectNear(dx, differences(byX, values, dy.dataSync(), 1e-6))
    expectNear(dw, differences(byW, weights, dy.dataSync(), 1e-6))
  })
})

describe('conv2d, depthwiseConv2d, avgPool and maxPool', () => {
  const numeric = [
    { size: [2, 3], strides: [1, 1], pad: 1 },
    { size: [3, 2], strides: [2, 2], pad: 1 },
    { size: [2, 2], strides: [2, 1], pad: 1 },
  ]

  it.each(numeric)('$size by $strides, $pad: pixels as defined', ({ size, strides, pad }) => {
    // tfjs takes the height of the window for its width where it works out how wide the output is
    const sliding: Sliding = {
      size,
      strides,
      pad: [
        [pad, pad],
        [pad, pad + 3],
      ],
    }
    const x = distinct(IMAGE) as tf.Tensor4D
    const w = random([...size, 3, 4], 2) as tf.Tensor4D
    const [height, width] = outSpace(IMAGE, sliding) as Two
    const compare = (y: tf.Tensor4D, values: ArrayLike<number>) => {
      const [, h, wide, c] = y.shape
      const all = tf.tensor4d(Float32Array.from(values), [2, height, width, c])
      const size = [2, Math.min(h, height), Math.min(wide, width), c]
      expectNear(tf.slice(y, 0, size), tf.slice(all, 0, size).dataSync())
    }
    const values = x.dataSync()
    compare(tf.conv2d(x, w, strides as Two, pad), convolution(values, IMAGE, w.dataSync(), sliding))
    litter()
    compare(
      tf.avgPool(x, size as Two, strides as Two, pad),
      pooling('average', values, IMAGE, sliding),
    )
    litter()
    compare(
      tf.maxPool(x, size as Two, strides as Two, pad),
      pooling('largest', values, IMAGE, sliding),
    )
  })

  it('round the size of the output up where they are told to', () => {
    const sliding: Sliding = {
      size: [3, 3],
      strides: [2, 2],
      pad: [
        [0, 1],
        [0, 1],
      ],
    }
    const shape = [2, 6, 6, 3] as [number, number, number, number]
    const x = distinct(shape) as tf.Tensor4D
    const w = random([3, 3, 3, 2], 2) as tf.Tensor4D
    const values = x.dataSync()
    const y = tf.conv2d(x, w, 2, 0, 'NHWC', 1, 'ceil')
    expectNear(y, convolution(values, shape, w.dataSync(), sliding))
    expectNear(tf.maxPool(x, 3, 2, 0, 'ceil'), pooling('largest', values, shape, sliding))
    expectNear(tf.avgPool(x, 3, 2, 0, 'ceil'), pooling('average', values, shape, sliding))
  })
})
