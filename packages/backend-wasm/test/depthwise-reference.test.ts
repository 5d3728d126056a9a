import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { footprint, kernel, prepare, random, relativeError } from './support/compare.js'
import { litter } from './support/litter.js'
import { convolution, convolutionGradients, outSpace, type Sliding } from './support/reference.js'

beforeAll(prepare)
beforeEach(litter)

interface Case extends Sliding {
  readonly image: readonly [number, number, number, number]
  readonly multiplier: number
}

const cases: Case[] = [
  { image: [2, 9, 7, 8], multiplier: 1, size: [3, 3], strides: [1, 1], pad: 'same' },
  { image: [1, 9, 7, 7], multiplier: 1, size: [3, 2], strides: [2, 2], pad: 'valid' },
  { image: [3, 8, 11, 5], multiplier: 3, size: [3, 4], strides: [2, 3], pad: 'same' },
  { image: [2, 8, 9, 1], multiplier: 2, size: [1, 1], strides: [1, 1], pad: 'same' },
  { image: [2, 3, 2, 6], multiplier: 4, size: [5, 5], strides: [1, 2], pad: 'same' },
  {
    image: [2, 12, 9, 9],
    multiplier: 1,
    size: [2, 3],
    strides: [2, 1],
    pad: 'same',
    dilations: [3, 2],
  },
  { image: [9, 5, 6, 2], multiplier: 2, size: [2, 2], strides: [1, 1], pad: 'valid' },
  {
    image: [2, 4, 5, 3],
    multiplier: 1,
    size: [2, 2],
    strides: [3, 1],
    pad: [
      [2, 0],
      [0, 3],
    ],
  },
]

/** A filter of `[fh, fw, c, m]` as one of all channels, with zeros between them. */
function wide(filter: ArrayLike<number>, channels: number, multiplier: number): Float64Array {
  const outChannels = channels * multiplier
  const out = new Float64Array(filter.length * channels)
  Array.from(filter).forEach((weight, i) => {
    out[at(i, channels, outChannels)] = weight
  })
  return out
}

/** Where weight `i` is in {@link wide}. */
function at(i: number, channels: number, outChannels: number): number {
  const [tap, k] = [Math.floor(i / outChannels), i % outChannels]
  const c = Math.floor(k / (outChannels / channels))
  return (tap * channels + c) * outChannels + k
}

function attributes({ strides, pad, dilations }: Case) {
  const flat = Array.isArray(pad) ? [[0, 0], ...pad, [0, 0]] : pad
  return { strides, dilations: dilations ?? [1, 1], pad: flat } as unknown as tf.NamedAttrMap
}

describe.each(cases)(
  '$image by $size times $multiplier, strides $strides, dilations $dilations, pad $pad',
  (one) => {
    const [images, , , channels] = one.image
    const outChannels = channels * one.multiplier
    const filterShape = [...one.size, channels, one.multiplier]
    const dyShape = [images, ...outSpace(one.image, one), outChannels]

    it('is the sum of products, forward and backward', () => {
      const [x, filter, dy] = [random(one.image, 1), random(filterShape, 2), random(dyShape, 3)]
      const before = footprint()
      const options = attributes(one)
      const y = kernel('DepthwiseConv2dNative', { x, filter }, options)
      litter()
      const dx = kernel(
        'DepthwiseConv2dNativeBackpropInput',
        { dy, filter },
        { ...options, inputShape: [...one.image] },
      )
      litter()
      const dw = kernel(
        'DepthwiseConv2dNativeBackpropFilter',
        { x, dy },
        { ...options, filterShape },
      )
      const [values, slopes] = [x.dataSync(), dy.dataSync()]
      const weights = wide(filter.dataSync(), channels, one.multiplier)
      const expected = convolutionGradients(values, one.image, weights, slopes, one)
      const byFilter = Array.from(
        { length: filter.size },
        (_, i) => expected.dw[at(i, channels, outChannels)] as number,
      )
      expect(y.shape).toEqual(dyShape)
      expect(
        relativeError(y.dataSync(), convolution(values, one.image, weights, one)),
      ).toBeLessThan(1e-6)
      expect(relativeError(dx.dataSync(), expected.dx)).toBeLessThan(1e-6)
      expect(dw.shape).toEqual(filterShape)
      expect(relativeError(dw.dataSync(), byFilter)).toBeLessThan(1e-6)
      tf.dispose([y, dx, dw])
      expect(footprint()).toEqual(before)
    })
  },
)

it.each(['linear', 'relu', 'relu6', 'leakyrelu', 'elu', 'sigmoid', 'prelu'] as const)(
  'fused with a bias and %s is the sum and the activation',
  (activation) => {
    const [x, filter] = [random([2, 6, 5, 3], 1), random([3, 3, 3, 2], 2)]
    const [bias, alpha] = [random([6], 3), random([6], 4)]
    const rest = { dilations: [1, 1], strides: [1, 1], pad: 'same' }
    const y = kernel(
      'FusedDepthwiseConv2D',
      { x, filter, bias, preluActivationWeights: alpha },
      { ...rest, activation, leakyreluAlpha: 0.3 },
    )
    const sum = tf.add(kernel('DepthwiseConv2dNative', { x, filter }, rest), bias)
    const apply: Record<typeof activation, () => tf.Tensor> = {
      linear: () => sum,
      relu: () => tf.relu(sum),
      relu6: () => tf.relu6(sum),
      leakyrelu: () => tf.leakyRelu(sum, 0.3),
      elu: () => tf.elu(sum),
      sigmoid: () => tf.sigmoid(sum),
      prelu: () => tf.prelu(sum, alpha),
    }
    expect(relativeError(y.dataSync(), apply[activation]().dataSync())).toBeLessThan(1e-6)
  },
)

it('of no images gives a gradient of zeros', () => {
  const dw = kernel(
    'DepthwiseConv2dNativeBackpropFilter',
    { x: tf.zeros([0, 3, 3, 2]), dy: tf.zeros([0, 3, 3, 2]) },
    { strides: [1, 1], dilations: [1, 1], pad: 'same', filterShape: [2, 2, 2, 1] },
  )
  expect([...dw.dataSync()]).toEqual(Array(8).fill(0))
})
