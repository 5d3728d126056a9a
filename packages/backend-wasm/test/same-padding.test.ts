import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, it } from 'vitest'
import { expectSameAsCpu, prepare, random } from './support/compare.js'

beforeAll(prepare)

type Pair = [number, number]
const cases: { size: Pair; window: Pair; strides: Pair }[] = [
  { size: [7, 6], window: [3, 2], strides: [2, 3] },
  { size: [7, 6], window: [3, 2], strides: [1, 3] },
  { size: [8, 6], window: [3, 2], strides: [3, 3] },
  { size: [7, 6], window: [2, 1], strides: [3, 3] },
  { size: [9, 5], window: [1, 1], strides: [4, 2] },
]

/** XNNPACK's own padding for `same` is negative there. */
describe.each(cases)("'same' with strides $strides over windows $window", (shape) => {
  const { size, window, strides } = shape
  const image = () => random([3, ...size, 2], 1) as tf.Tensor4D

  it('convolves as cpu does', () =>
    expectSameAsCpu(() =>
      tf.conv2d(image(), random([...window, 2, 3], 2) as tf.Tensor4D, strides, 'same'),
    ))

  it('convolves depthwise as cpu does', () =>
    expectSameAsCpu(() =>
      tf.depthwiseConv2d(image(), random([...window, 2, 2], 2) as tf.Tensor4D, strides, 'same'),
    ))

  it('convolves with bias and activation as cpu does', () =>
    expectSameAsCpu(() => {
      const filter = random([...window, 2, 3], 2) as tf.Tensor4D
      const options = { x: image(), filter, strides, pad: 'same', bias: random([3], 3) } as const
      return tf.fused.conv2d({ ...options, activation: 'relu' })
    }))

  it('pools as cpu does', () =>
    expectSameAsCpu(() => [
      tf.maxPool(image(), window, strides, 'same'),
      tf.avgPool(image(), window, strides, 'same'),
    ]))
})
