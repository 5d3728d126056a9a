import '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { footprint, prepare, random, randomInt, relativeError } from './support/compare.js'

beforeAll(prepare)

interface Model {
  readonly variables: tf.Variable[]
  readonly loss: () => tf.Scalar
  readonly data: tf.Tensor[]
}

const optimizers = { adam: () => tf.train.adam(0.01), sgd: () => tf.train.sgd(0.1) }

const models: Record<string, () => Model> = { mlp, convnet, stridedConvnet, embedding }

describe.each(Object.keys(models))('%s', (name) => {
  it.each(['adam', 'sgd'] as const)('learns as on cpu with %s', async (optimizer) => {
    const make = models[name] as () => Model
    await tf.setBackend('cpu')
    const expected = losses(make(), optimizers[optimizer]())
    await tf.setBackend('wasm')
    const before = footprint()
    const actual = losses(make(), optimizers[optimizer]())
    expect(footprint()).toEqual(before)
    expect(relativeError(actual, expected)).toBeLessThanOrEqual(1e-4)
    expect(actual.at(-1)).toBeLessThan(actual[0] as number)
  })
})

/** The loss at each of 20 steps; disposes of everything. */
function losses(model: Model, optimizer: tf.Optimizer): number[] {
  const curve = Array.from({ length: 20 }, () => {
    const loss = optimizer.minimize(model.loss, true, model.variables) as tf.Scalar
    const value = loss.dataSync()[0] as number
    loss.dispose()
    return value
  })
  optimizer.dispose()
  tf.dispose([...model.variables, ...model.data])
  return curve
}

function weight(shape: readonly number[], seed: number): tf.Variable {
  return tf.tidy(() => tf.variable(tf.mul(random(shape, seed), 0.5)))
}

function labels(count: number, classes: number): tf.Tensor {
  return tf.tidy(() => tf.cast(tf.oneHot(randomInt([count], classes, 9), classes), 'float32'))
}

function crossEntropy(y: tf.Tensor, logits: tf.Tensor): tf.Scalar {
  return tf.losses.softmaxCrossEntropy(y, logits) as tf.Scalar
}

function mlp(): Model {
  const sizes = [20, 16, 16, 5]
  const weights = [0, 1, 2].map((i) => weight(sizes.slice(i, i + 2), i + 1))
  const biases = [0, 1, 2].map((i) => weight([sizes[i + 1] as number], i + 4))
  const x = random([12, 20], 7)
  const y = labels(12, 5)
  const layer = (h: tf.Tensor, i: number) =>
    tf.add(tf.matMul(h, weights[i] as tf.Variable), biases[i] as tf.Variable)
  return {
    variables: [...weights, ...biases],
    data: [x, y],
    loss: () => crossEntropy(y, layer(tf.relu(layer(tf.relu(layer(x, 0)), 1)), 2)),
  }
}

function convnet(): Model {
  const [first, second, dense] = [
    weight([3, 3, 1, 4], 1),
    weight([3, 3, 4, 8], 2),
    weight([32, 3], 3),
  ]
  const x = random([4, 8, 8, 1], 7) as tf.Tensor4D
  const y = labels(4, 3)
  return {
    variables: [first, second, dense],
    data: [x, y],
    loss: () => {
      const a = tf.maxPool(tf.relu(tf.conv2d(x, first as tf.Tensor4D, 1, 'same')), 2, 2, 'valid')
      const b = tf.maxPool(tf.relu(tf.conv2d(a, second as tf.Tensor4D, 1, 'same')), 2, 2, 'valid')
      return crossEntropy(y, tf.matMul(tf.reshape(b, [4, 32]), dense))
    },
  }
}

function stridedConvnet(): Model {
  const [first, depth, dense] = [
    weight([3, 3, 2, 4], 1),
    weight([3, 3, 4, 2], 2),
    weight([8, 3], 3),
  ]
  const x = random([4, 9, 8, 2], 7) as tf.Tensor4D
  const y = labels(4, 3)
  return {
    variables: [first, depth, dense],
    data: [x, y],
    loss: () => {
      const a = tf.relu(tf.conv2d(x, first as tf.Tensor4D, [2, 2], 'same'))
      const b = tf.relu(tf.depthwiseConv2d(a, depth as tf.Tensor4D, 2, 'same'))
      return crossEntropy(y, tf.matMul(tf.mean(b, [1, 2]), dense))
    },
  }
}

function embedding(): Model {
  const [table, dense] = [weight([11, 6], 1), weight([6, 3], 2)]
  const tokens = randomInt([5, 7], 11, 3)
  const y = labels(5, 3)
  return {
    variables: [table, dense],
    data: [tokens, y],
    loss: () => crossEntropy(y, tf.matMul(tf.mean(tf.gather(table, tokens), 1), dense)),
  }
}
