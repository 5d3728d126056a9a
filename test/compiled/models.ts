import { dropout } from '@regimen/core/layers'
import * as tf from '@tensorflow/tfjs-core'
import { numbers, tokens } from './numbers.js'

/** Variables or tensors of a batch by name. */
export type Tensors = Record<string, tf.Tensor>
type Shapes = Record<string, readonly number[]>

/** A model of curves.py, in small odd sizes: variables in the order of their seeds, and losses of a batch. */
export interface CurveModel {
  readonly variables: Shapes
  readonly optimizer: () => tf.Optimizer
  /** Called with the variables before the first step. */
  prepare?(variables: Record<string, tf.Variable>): void
  /** The batch of a step. */
  batch(step: number): Tensors
  loss(variables: Tensors, batch: Tensors): tf.Tensor
  /** A GAN: the loss for the variables that begin with `g`; `loss` is for those with `d`. */
  generatorLoss?(variables: Tensors, batch: Tensors): tf.Tensor
  /** Values that the step itself keeps, in `variables` of these names. */
  readonly kept?: readonly string[]
}

const adam = () => tf.train.adam(0.01, 0.9, 0.999, 1e-7)
const random = (shape: readonly number[], seed: number) =>
  tf.tensor(numbers(tf.util.sizeFromShape([...shape]), seed), [...shape])
const classes = (rows: number, limit: number, step: number) =>
  tf.tensor1d(tokens(rows, limit, 500 + step), 'int32')

function crossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  const hot = tf.oneHot(labels as tf.Tensor1D, logits.shape.at(-1) as number)
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.cast(hot, 'float32'), tf.logSoftmax(logits)), -1)))
}

const dense = (x: tf.Tensor, w: tf.Tensor | undefined, b: tf.Tensor | undefined) =>
  tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), b as tf.Tensor)
const conv = (x: tf.Tensor, w: tf.Tensor | undefined, stride: number, pad: 'same' | 'valid') =>
  tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad)

const mlp: CurveModel = {
  variables: { w1: [7, 11], b1: [11], w2: [11, 5], b2: [5] },
  optimizer: adam,
  batch: (step) => ({ x: random([9, 7], 100 + step), y: classes(9, 5, step) }),
  loss: ({ w1, b1, w2, b2 }, { x, y }) =>
    crossEntropy(dense(tf.relu(dense(x as tf.Tensor, w1, b1)), w2, b2), y as tf.Tensor),
}

/** Large enough for two threads: their launches have several tasks. */
const wide: CurveModel = {
  ...mlp,
  variables: { w1: [129, 190], b1: [190], w2: [190, 5], b2: [5] },
  batch: (step) => ({ x: random([67, 129], 100 + step), y: classes(67, 5, step) }),
}

function convnet(isDropped: boolean): CurveModel {
  return {
    variables: { k1: [3, 3, 2, 3], b1: [3], k2: [2, 2, 3, 4], w: [36, 3], b: [3] },
    optimizer: adam,
    batch: (step) => ({ x: random([5, 9, 7, 2], 100 + step), y: classes(5, 3, step) }),
    loss({ k1, b1, k2, w, b }, { x, y, mask }) {
      const first = tf.relu(tf.add(conv(x as tf.Tensor, k1, 1, 'same'), b1 as tf.Tensor))
      const pooled = tf.maxPool(first as tf.Tensor4D, 2, 2, 'valid')
      const second = tf.relu(conv(pooled, k2, 1, 'valid'))
      const flat = tf.reshape(tf.concat([second, tf.neg(second), tf.square(second)], 3), [5, -1])
      const narrow = tf.slice(flat, [0, 0], [-1, 36])
      const dropped = mask ? tf.mul(narrow, mask) : isDropped ? dropout(narrow, 0.4) : narrow
      return crossEntropy(dense(dropped, w, b), y as tf.Tensor)
    },
  }
}

const separable: CurveModel = {
  variables: {
    ...{ k: [3, 3, 2, 5], scale: [5], shift: [5], d: [3, 3, 5, 2], w: [10, 3], b: [3] },
    mean: [5],
  },
  kept: ['mean'],
  optimizer: () => tf.train.momentum(0.05, 0.9),
  batch: (step) => ({ x: random([4, 9, 7, 2], 100 + step), y: classes(4, 3, step) }),
  loss({ k, scale, shift, d, w, b, mean: running }, { x, y }) {
    const convolved = conv(x as tf.Tensor, k, 2, 'same') as tf.Tensor4D
    const { mean, variance } = tf.moments(convolved, [0, 1, 2])
    const kept = running as tf.Variable
    kept.assign(tf.add(tf.mul(kept, 0.9), tf.mul(mean, 0.1)))
    const normal = tf.batchNorm(
      convolved,
      mean as tf.Tensor1D,
      variance as tf.Tensor1D,
      shift as tf.Tensor1D,
      scale as tf.Tensor1D,
      1e-3,
    )
    const deep = tf.depthwiseConv2d(tf.relu(normal), d as tf.Tensor4D, 1, 'same')
    return crossEntropy(dense(tf.mean(tf.tanh(deep), [1, 2]), w, b), y as tf.Tensor)
  },
}

const autoencoder: CurveModel = {
  variables: { k1: [3, 3, 2, 4], b1: [4], k2: [3, 3, 2, 4], b2: [2] },
  optimizer: () => tf.train.sgd(0.2),
  batch: (step) => ({ x: random([3, 7, 9, 2], 100 + step) }),
  loss({ k1, b1, k2, b2 }, { x }) {
    const code = tf.tanh(tf.add(conv(x as tf.Tensor, k1, 2, 'valid'), b1 as tf.Tensor))
    const turned = tf.conv2dTranspose(
      code as tf.Tensor4D,
      k2 as tf.Tensor4D,
      [3, 7, 9, 2],
      2,
      'valid',
    )
    const out = tf.add(turned, b2 as tf.Tensor)
    return tf.mean(tf.squaredDifference(out, x as tf.Tensor))
  },
}

const transformer: CurveModel = {
  variables: {
    ...{ table: [11, 6], place: [5, 6], q: [6, 6], k: [6, 6], v: [6, 6], o: [6, 6] },
    ...{ scale1: [6], scale2: [6], w1: [6, 13], b1: [13], w2: [13, 6], head: [6, 11] },
  },
  optimizer: adam,
  batch: (step) => ({
    x: tf.tensor2d(tokens(15, 11, 100 + step), [3, 5], 'int32'),
    y: classes(15, 11, step),
  }),
  loss(variables, { x, y }) {
    const { table, place, q, k, v, o, scale1, scale2, w1, b1, w2, head } = variables as Required<
      typeof variables
    >
    const flat = (t: tf.Tensor) => tf.reshape(t, [15, -1])
    const project = (t: tf.Tensor, w: tf.Tensor | undefined) => tf.matMul(flat(t), w as tf.Tensor)
    const heads = (t: tf.Tensor) => tf.transpose(tf.reshape(t, [3, 5, 2, 3]), [0, 2, 1, 3])
    const start = tf.add(tf.gather(table as tf.Tensor, x as tf.Tensor), place as tf.Tensor)
    const normal = layerNorm(start, scale1 as tf.Tensor)
    const [queries, keys, values] = [q, k, v].map((w) => heads(project(normal, w)))
    const scores = tf.matMul(queries as tf.Tensor, keys as tf.Tensor, false, true)
    const shares = tf.softmax(tf.div(scores, Math.sqrt(3)))
    const joined = tf.transpose(tf.matMul(shares, values as tf.Tensor), [0, 2, 1, 3])
    const attended = tf.add(flat(start), project(joined, o))
    const hidden = tf.relu(dense(layerNorm(attended, scale2 as tf.Tensor), w1, b1))
    const out = tf.add(attended, project(hidden, w2))
    return crossEntropy(project(out, head), y as tf.Tensor)
  },
}

function layerNorm(x: tf.Tensor, scale: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, -1, true)
  return tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5))), scale)
}

const gan: CurveModel = {
  variables: {
    ...{ dw1: [3, 9], db1: [9], dw2: [9, 1], db2: [1] },
    ...{ gw1: [2, 7], gb1: [7], gw2: [7, 3], gb2: [3] },
  },
  optimizer: adam,
  batch: (step) => ({ x: random([5, 3], 100 + step), z: random([5, 2], 300 + step) }),
  loss(variables, { x, z }) {
    const real = tf.mean(tf.softplus(tf.neg(critic(variables, x as tf.Tensor))))
    return tf.add(real, tf.mean(tf.softplus(critic(variables, forged(variables, z)))))
  },
  generatorLoss: (variables, { z }) =>
    tf.mean(tf.softplus(tf.neg(critic(variables, forged(variables, z))))),
}

const critic = ({ dw1, db1, dw2, db2 }: Tensors, x: tf.Tensor) =>
  dense(tf.leakyRelu(dense(x, dw1, db1), 0.2), dw2, db2)
const forged = ({ gw1, gb1, gw2, gb2 }: Tensors, z: tf.Tensor | undefined) =>
  dense(tf.tanh(dense(z as tf.Tensor, gw1, gb1)), gw2, gb2)

/** The models that are plain functions. */
export const models: Readonly<Record<string, CurveModel>> = {
  mlp,
  'wide mlp': wide,
  convnet: convnet(false),
  'convnet with dropout': convnet(true),
  separable,
  autoencoder,
  transformer,
  gan,
}
