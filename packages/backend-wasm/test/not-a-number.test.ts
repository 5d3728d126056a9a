import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { footprint, prepare } from './support/compare.js'
import { litter } from './support/litter.js'

beforeAll(prepare)
beforeEach(litter)

const { NaN: nan, POSITIVE_INFINITY: inf } = Number

function image(values: number[]): tf.Tensor4D {
  return tf.tensor4d(values, [1, 1, values.length, 1])
}

function asRow(x: tf.Tensor): tf.Tensor4D {
  return tf.reshape(x, [1, 1, x.size, 1])
}

function one(): tf.Tensor4D {
  return tf.ones([1, 1, 1, 1])
}

const unary: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  ...{ abs: tf.abs, ceil: tf.ceil, elu: tf.elu, exp: tf.exp, floor: tf.floor, log: tf.log },
  ...{ neg: tf.neg, relu: tf.relu, relu6: tf.relu6, round: tf.round, selu: tf.selu },
  ...{
    sigmoid: tf.sigmoid,
    softplus: tf.softplus,
    sqrt: tf.sqrt,
    square: tf.square,
    step: tf.step,
  },
  ...{ tanh: tf.tanh, leakyRelu: tf.leakyRelu, logSigmoid: tf.logSigmoid, erf: tf.erf },
  prelu: (x) => tf.prelu(x, 0.3),
  clipByValue: (x) => tf.clipByValue(x, -1, 1),
  softmax: (x) => tf.softmax(x),
  logSoftmax: (x) => tf.logSoftmax(x),
  maximum: (x) => tf.maximum(x, 0),
  'maximum, second': (x) => tf.maximum(0, x),
  minimum: (x) => tf.minimum(x, 0),
  'minimum, second': (x) => tf.minimum(0, x),
  max: (x) => tf.max(x),
  min: (x) => tf.min(x),
  sum: (x) => tf.sum(x),
  mean: (x) => tf.mean(x),
  prod: (x) => tf.prod(x),
  matMul: (x) => tf.matMul(tf.reshape(x, [1, -1]), tf.ones([x.size, 2])),
  conv2d: (x) => tf.conv2d(asRow(x), one(), 1, 'same'),
  'conv2d by its filter': (x) =>
    tf.conv2d(tf.ones<tf.Rank.R4>([1, 1, 3, 3]), tf.reshape(x, [1, 1, 3, 1]), 1, 'valid'),
  depthwiseConv2d: (x) => tf.depthwiseConv2d(asRow(x), one(), 1, 'same'),
  avgPool: (x) => tf.avgPool(asRow(x), 1, 1, 'same'),
  maxPool: (x) => tf.maxPool(asRow(x), [1, 2], 1, 'valid'),
}

it.each(Object.entries(unary))('%s keeps NaN, and nothing is left over', (_, f) => {
  const x = tf.tensor1d([nan, nan, nan])
  const before = footprint()
  const y = tf.tidy(() => f(x))
  expect([...y.dataSync()]).toEqual(Array(y.size).fill(nan))
  y.dispose()
  expect(footprint()).toEqual(before)
})

describe.each(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'])('%s', (name) => {
  const activation = name as tf.fused.Activation
  const rest = { activation, leakyreluAlpha: 0.2, strides: 1, pad: 'same' as const }
  const weights = () => (name === 'prelu' ? tf.tensor([0.3]) : undefined)

  it('keeps NaN where it is fused with a product', () => {
    const a = tf.tensor2d([nan, 1], [2, 1])
    const preluActivationWeights = weights() as tf.Tensor
    const y = tf.fused.matMul({ a, b: tf.tensor2d([[1]]), ...rest, preluActivationWeights })
    expect(y.dataSync()[0]).toBeNaN()
    expect(y.dataSync()[1]).not.toBeNaN()
  })

  it('keeps NaN where it is fused with a convolution', () => {
    const preluActivationWeights = weights() as tf.Tensor
    const filter = one()
    const both = {
      x: image([nan, 1]),
      filter,
      bias: tf.tensor1d([0]),
      ...rest,
      preluActivationWeights,
    }
    for (const y of [tf.fused.conv2d(both), tf.fused.depthwiseConv2d(both)]) {
      expect(y.dataSync()[0]).toBeNaN()
      expect(y.dataSync()[1]).not.toBeNaN()
    }
  })
})

it('maxPool ignores NaN beside numbers', () => {
  const x = image([-3, nan, nan, -2, nan, nan])
  expect([...tf.maxPool(x, [1, 2], [1, 2], 'valid').dataSync()]).toEqual([-3, -2, nan])
})

it('infinity stays itself in a convolution and in a mean', () => {
  const x = image([inf, 1, -inf, 2])
  const y = tf.conv2d(x, one(), 1, 'same')
  expect([...y.dataSync()]).toEqual([inf, 1, -inf, 2])
  expect([...tf.avgPool(x, [1, 3], [1, 3], 'same').dataSync()]).toEqual([inf, -inf])
})

it('the gradient of clipByValue is 0 outside and at NaN', () => {
  const f = tf.grad((x: tf.Tensor) => tf.clipByValue(x, -1, 1))
  expect([...f(tf.tensor1d([nan, -2, 0.5, 2])).dataSync()]).toEqual([0, 0, 1, 0])
})

it.each([
  ['float32', [nan, inf, -inf, 0, -0, 0.4, -3, 256, 1e-40], [1, 1, 1, 0, 0, 1, 1, 1, 1]],
  ['int32', [0, 3, -2, 254, 256, 65536], [0, 1, 1, 1, 1, 1]],
  ['bool', [0, 1], [0, 1]],
] as const)('a cast of %s to bool is 0 or 1', (dtype, values, expected) => {
  const x = tf.tensor1d([...values], dtype)
  const flags = tf.cast(x, 'bool')
  expect([...flags.dataSync()]).toEqual(expected)
  expect([...tf.logicalNot(flags).dataSync()]).toEqual(expected.map((flag) => 1 - flag))
  expect([...tf.cast(flags, 'int32').dataSync()]).toEqual(expected)
  expect([...tf.cast(flags, 'float32').dataSync()]).toEqual(expected)
  expect(tf.any(flags).dataSync()[0]).toBe(1)
})

it('a cast to int32 drops the fraction, and NaN is 0', () => {
  const x = tf.tensor1d([nan, 1.9, -1.9, -0.5, 7])
  expect([...tf.cast(x, 'int32').dataSync()]).toEqual([0, 1, -1, 0, 7])
})

it('what has nothing to reduce is the neutral value', () => {
  const x = tf.zeros([2, 0])
  expect([...tf.max(x, 1).dataSync()]).toEqual([-inf, -inf])
  expect([...tf.min(x, 1).dataSync()]).toEqual([inf, inf])
  expect([...tf.prod(x, 1).dataSync()]).toEqual([1, 1])
  expect([...tf.sum(x, 1).dataSync()]).toEqual([0, 0])
})

it('integers and bools go through kernels that were written for floats', () => {
  const whole = tf.tensor1d([3, -2, 0, 1], 'int32')
  expect([...tf.isNaN(whole).dataSync()]).toEqual([0, 0, 0, 0])
  expect([...tf.isFinite(whole).dataSync()]).toEqual([1, 1, 1, 1])
  expect([...tf.asinh(whole).dataSync()]).toEqual([1, -1, 0, 0])
  const flags = tf.tensor1d([true, false], 'bool')
  expect([...tf.relu(flags).dataSync()]).toEqual([1, 0])
  expect([...tf.exp(flags).dataSync()].map((value) => value.toFixed(3))).toEqual(['2.718', '1.000'])
  expect([...tf.cumsum(tf.tensor1d([1, 0, 1], 'bool')).dataSync()]).toEqual([1, 1, 2])
})

it('alpha of prelu broadcasts along any axis', () => {
  const x = tf.fill([2, 2, 2], -1)
  const alpha = tf.tensor3d([0.1, 0.2], [2, 1, 1])
  const rows = tf.tidy(() => tf.mul(tf.prelu(x, alpha), 10))
  expect([...rows.dataSync()].map(Math.round)).toEqual([-1, -1, -1, -1, -2, -2, -2, -2])
})

it('gather with batch dimensions picks from its own row', () => {
  const x = tf.tensor2d([
    [10, 11, 12],
    [20, 21, 22],
  ])
  const at = tf.tensor2d(
    [
      [2, 0],
      [1, 1],
    ],
    [2, 2],
    'int32',
  )
  expect([...tf.gather(x, at, 1, 1).dataSync()]).toEqual([12, 10, 21, 21])
  const outside = tf.tensor2d(
    [
      [2, 3],
      [1, 1],
    ],
    [2, 2],
    'int32',
  )
  const before = footprint()
  expect(() => tf.gather(x, outside, 1, 1)).toThrow('index 3 for an axis of 3')
  expect(footprint()).toEqual(before)
})

it('conv2dTranspose gives the size that it is asked for', async () => {
  const x = tf.ones<tf.Rank.R4>([1, 8, 8, 8])
  const w = tf.ones<tf.Rank.R4>([8, 8, 8, 8])
  const y = tf.conv2dTranspose(x, w, [1, 4, 4, 8], 1, 'same')
  await tf.setBackend('cpu')
  const expected = tf.conv2dTranspose(x, w, [1, 4, 4, 8], 1, 'same').dataSync()
  await tf.setBackend('wasm')
  expect(y.shape).toEqual([1, 4, 4, 8])
  expect([...y.dataSync()]).toEqual([...expected])
  expect(() => tf.conv2dTranspose(x, w, [1, 9, 8, 8], 1, 'same')).toThrow(
    'Ask for a smaller output',
  )
})
