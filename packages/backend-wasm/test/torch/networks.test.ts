import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { footprint, prepare, relativeError } from '../support/compare.js'
import { litter } from '../support/litter.js'
import oracle from './networks.json' with { type: 'json' }

beforeAll(prepare)
beforeEach(litter)

type Four = tf.Tensor4D
type Network = (...given: tf.Tensor[]) => tf.Tensor

const convnet: Network = (x, first, second, third, fourth, dense) => {
  let h: Four = tf.relu(tf.conv2d(x as Four, first as Four, 1, 'same'))
  h = tf.relu(tf.conv2d(h, second as Four, 1, 'valid'))
  h = tf.leakyRelu(tf.conv2d(h, third as Four, 2, 1), 0.2)
  const padded = tf.pad(h, [
    [0, 0],
    [2, 2],
    [2, 2],
    [0, 0],
  ]) as Four
  h = tf.sigmoid(tf.depthwiseConv2d(padded, fourth as Four, 1, 'valid', 'NHWC', 2))
  return tf.matMul(tf.reshape(h, [h.shape[0], -1]), dense as tf.Tensor2D)
}

const mlp: Network = (x, first, bias, second) =>
  tf.matMul(
    tf.fused.matMul({
      a: x as tf.Tensor2D,
      b: first as tf.Tensor2D,
      bias: bias as tf.Tensor,
      activation: 'elu',
    }),
    second as tf.Tensor2D,
  )

it.each([
  ['convolutional', convnet, oracle.convnet],
  ['dense', mlp, oracle.mlp],
] as const)('a %s network has the loss and slopes of PyTorch', (_, network, expected) => {
  const given = expected.shapes.map((shape, seed) => values(shape, seed))
  const before = footprint()
  const { value, grads } = tf.valueAndGrads((...inputs: tf.Tensor[]) => loss(network(...inputs)))(
    given,
  )
  expect(value.dataSync()[0]).toBeCloseTo(expected.loss, 5)
  for (const [i, slope] of grads.entries()) {
    expect(relativeError(slope.dataSync(), expected.slopes[i] as number[])).toBeLessThan(3e-6)
  }
  tf.dispose([value, ...grads])
  expect(footprint()).toEqual(before)
})

function loss(logits: tf.Tensor): tf.Scalar {
  const labels = tf.softmax(values(logits.shape, 9))
  return tf.neg(tf.sum(tf.mul(labels, tf.logSoftmax(logits))))
}

function values(shape: readonly number[], seed: number): tf.Tensor {
  const numbers = Array.from(
    { length: tf.util.sizeFromShape([...shape]) },
    (_, i) => Math.sin(seed + 1.7 * i) / 2,
  )
  return tf.tensor(numbers, [...shape])
}
