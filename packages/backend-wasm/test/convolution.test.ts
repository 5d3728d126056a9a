import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { footprint, kernel, prepare, random, relativeError } from './support/compare.js'
import { litter } from './support/litter.js'
import { convolution, convolutionGradients, outSpace, type Sliding } from './support/reference.js'

beforeAll(prepare)
beforeEach(litter)

interface Case extends Sliding {
  readonly image: readonly number[]
  readonly out: number
}

const planes: Case[] = [
  { image: [3, 9, 7, 5], size: [3, 2], out: 6, strides: [1, 1], pad: 'same' },
  { image: [1, 9, 7, 5], size: [3, 2], out: 9, strides: [1, 1], pad: 'valid', dilations: [2, 3] },
  { image: [2, 11, 8, 3], size: [3, 3], out: 10, strides: [2, 3], pad: 'same', dilations: [2, 2] },
  { image: [2, 12, 13, 4], size: [3, 4], out: 3, strides: [4, 6], pad: 'valid', dilations: [2, 3] },
  { image: [2, 7, 7, 2], size: [1, 1], out: 17, strides: [3, 2], pad: 'same' },
  // a filter larger than the image, and paddings larger than the filter
  { image: [2, 3, 4, 2], size: [5, 7], out: 3, strides: [1, 2], pad: 'same' },
  {
    image: [2, 3, 4, 2],
    size: [2, 2],
    out: 3,
    strides: [1, 1],
    pad: [
      [3, 0],
      [1, 4],
    ],
  },
  // more than one block of summands, several units, more columns than a task has
  { image: [2, 6, 6, 150], size: [3, 3], out: 11, strides: [1, 1], pad: 'same' },
  { image: [1, 40, 90, 3], size: [3, 3], out: 8, strides: [1, 1], pad: 'same' },
  { image: [2, 1, 2100, 2], size: [1, 5], out: 4, strides: [1, 1], pad: 'same' },
  { image: [5, 4, 4, 3], size: [2, 2], out: 140, strides: [1, 1], pad: 'valid' },
  { image: [70, 2, 3, 6], size: [2, 2], out: 5, strides: [1, 1], pad: 'same' },
  // tiles of 2 by 2 outputs
  { image: [3, 8, 8, 16], size: [3, 3], out: 16, strides: [1, 1], pad: 'valid' },
  { image: [2, 9, 7, 36], size: [3, 3], out: 20, strides: [1, 1], pad: 'same' },
  { image: [2, 7, 10, 20], size: [3, 3], out: 23, strides: [1, 1], pad: 'valid' },
  { image: [1, 41, 61, 24], size: [3, 3], out: 150, strides: [1, 1], pad: 'same' },
  { image: [19, 6, 6, 132], size: [3, 3], out: 16, strides: [1, 1], pad: 'same' },
  {
    image: [2, 6, 7, 16],
    size: [3, 3],
    out: 17,
    strides: [1, 1],
    pad: [
      [0, 3],
      [2, 0],
    ],
  },
  // a patch too large for the scratch
  { image: [1, 20, 20, 300], size: [19, 19], out: 2, strides: [1, 1], pad: 'same' },
]

const volumes: Case[] = [
  { image: [2, 5, 6, 4, 3], size: [3, 2, 3], out: 5, strides: [1, 1, 1], pad: 'same' },
  { image: [1, 7, 8, 6, 2], size: [2, 3, 2], out: 9, strides: [2, 3, 1], pad: 'valid' },
  {
    image: [2, 7, 6, 7, 2],
    size: [2, 2, 3],
    out: 4,
    strides: [1, 1, 1],
    pad: 'same',
    dilations: [2, 3, 2],
  },
]

function attributes({ strides, pad, dilations, image }: Case) {
  const flat = Array.isArray(pad) ? [[0, 0], ...pad, [0, 0]] : pad
  const rates = dilations ?? strides.map(() => 1)
  const dataFormat = image.length === 5 ? 'NDHWC' : 'NHWC'
  return { strides, dilations: rates, pad: flat, dataFormat } as unknown as tf.NamedAttrMap
}

describe.each([...planes, ...volumes])(
  '$image by $size, strides $strides, dilations $dilations, pad $pad',
  (one) => {
    const { image, size, out } = one
    const suffix = image.length === 5 ? 'V2' : ''
    const name = image.length === 5 ? 'Conv3D' : 'Conv2D'
    const filterShape = [...size, image.at(-1) as number, out]
    const dyShape = [image[0] as number, ...outSpace(image, one), out]

    it('is the sum of products, forward and backward', () => {
      const [x, filter, dy] = [random(image, 1), random(filterShape, 2), random(dyShape, 3)]
      const before = footprint()
      const options = attributes(one)
      const y = kernel(name, { x, filter }, options)
      litter()
      const dx = kernel(
        `${name}BackpropInput${suffix}`,
        { dy, filter },
        { ...options, inputShape: [...image] },
      )
      litter()
      const dw = kernel(`${name}BackpropFilter${suffix}`, { x, dy }, { ...options, filterShape })
      const values = [x, filter, dy].map((tensor) => tensor.dataSync()) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ]
      const expected = convolutionGradients(values[0], image, values[1], values[2], one)
      const sums = convolution(values[0], image, values[1], one)
      expect(y.shape).toEqual(dyShape)
      expect(relativeError(y.dataSync(), sums)).toBeLessThan(3e-6)
      expect(relativeError(dx.dataSync(), expected.dx)).toBeLessThan(3e-6)
      expect(relativeError(dw.dataSync(), expected.dw)).toBeLessThan(3e-6)
      tf.dispose([y, dx, dw])
      expect(footprint()).toEqual(before)
    })
  },
)

describe.each(['linear', 'relu', 'relu6', 'leakyrelu', 'elu', 'sigmoid', 'prelu'] as const)(
  '%s after a bias',
  (activation) => {
    it.each([[[11]], [[1]], [[7, 7, 11]]])('of shape %j', (biasShape) => {
      const [x, filter] = [random([3, 7, 7, 9], 1), random([3, 3, 9, 11], 2)]
      const [bias, alpha] = [random(biasShape, 3), random([11], 4)]
      const rest = { dataFormat: 'NHWC', dilations: [1, 1], strides: [1, 1], pad: 'same' }
      const y = kernel(
        'FusedConv2D',
        { x, filter, bias, preluActivationWeights: alpha },
        { ...rest, activation, leakyreluAlpha: 0.3 },
      )
      const sum = tf.add(kernel('Conv2D', { x, filter }, rest), bias)
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
    })
  },
)

it.each([3, 16])('gives an image of %i channels the same bits whatever others there are', (c) => {
  const x = random([37, 9, 9, c], 1) as tf.Tensor4D
  const filter = random([3, 3, c, 18], 2) as tf.Tensor4D
  const all = tf.conv2d(x, filter, 1, 'same')
  for (const [first, count] of [
    [0, 1],
    [5, 3],
    [30, 7],
  ] as const) {
    const part = tf.conv2d(tf.slice(x, [first, 0, 0, 0], [count, 9, 9, c]), filter, 1, 'same')
    const expected = tf.slice(all, [first, 0, 0, 0], [count, 9, 9, 18])
    expect(part.dataSync()).toEqual(expected.dataSync())
  }
})

it('gives zeros and the bias where there is nothing to multiply', () => {
  const options = { strides: [1, 1], dilations: [1, 1], pad: 'same', dataFormat: 'NHWC' }
  const nothing = { x: tf.zeros([2, 3, 3, 0]), filter: tf.zeros([2, 2, 0, 3]) }
  const y = kernel('FusedConv2D', { ...nothing, bias: tf.tensor1d([1, 2, 3]) }, options)
  expect([...y.dataSync()]).toEqual(Array(18).fill([1, 2, 3]).flat())
  const [none, filter] = [tf.zeros([0, 3, 3, 2]), tf.ones([2, 2, 2, 3])]
  expect(kernel('Conv2D', { x: none, filter }, options).shape).toEqual([0, 3, 3, 3])
  const dw = kernel(
    'Conv2DBackpropFilter',
    { x: none, dy: tf.zeros([0, 3, 3, 3]) },
    { ...options, filterShape: [2, 2, 2, 3] },
  )
  expect([...dw.dataSync()]).toEqual(Array(24).fill(0))
})

it.each([3, 16])(
  'carries NaN through %i channels to all outputs that see it and not beyond a tile',
  (c) => {
    const x = tf.buffer([1, 12, 12, c])
    x.set(Number.NaN, 0, 5, 6, 1)
    const y = tf.conv2d(x.toTensor() as tf.Tensor4D, tf.ones([3, 3, c, 16]), 1, 'same')
    const rows = tf.sum(y, 3).arraySync() as number[][][]
    const isFar = (i: number, j: number) => Math.max(Math.abs(i - 5), Math.abs(j - 6)) > 2
    rows[0]?.forEach((row, i) => {
      row.forEach((sum, j) => {
        if (Math.abs(i - 5) < 2 && Math.abs(j - 6) < 2) expect(sum).toBeNaN()
        if (isFar(i, j)) expect(sum).toBe(0)
      })
    })
  },
)
