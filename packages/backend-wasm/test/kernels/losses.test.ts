import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { footprint, prepare, random, randomInt } from '../support/compare.js'
import { onlyLaunches } from '../support/launches.js'
import { litter } from '../support/litter.js'

beforeAll(prepare)
beforeEach(litter)

const ROWS = 9
const CLASSES = 5

type Loss = (logits: tf.Tensor, labels: tf.Tensor) => tf.Tensor

const losses: Record<string, Loss> = {
  softmaxCrossEntropy: (x, y) => tf.losses.softmaxCrossEntropy(y, x),
  'softmaxCrossEntropy, smoothed': (x, y) => tf.losses.softmaxCrossEntropy(y, x, undefined, 0.1),
  sigmoidCrossEntropy: (x, y) => tf.losses.sigmoidCrossEntropy(y, x),
  logLoss: (x, y) => tf.losses.logLoss(y, tf.softmax(x)),
  meanSquaredError: (x, y) => tf.losses.meanSquaredError(y, x),
  absoluteDifference: (x, y) => tf.losses.absoluteDifference(y, x),
  huberLoss: (x, y) => tf.losses.huberLoss(y, x),
  hingeLoss: (x, y) => tf.losses.hingeLoss(y, x),
  cosineDistance: (x, y) => tf.losses.cosineDistance(y, x, 1),
  logSoftmax: (x, y) => tf.neg(tf.mean(tf.sum(tf.mul(y, tf.logSoftmax(x)), 1))),
  logSumExp: (x) => tf.mean(tf.logSumExp(x, 1)),
  'layer norm': (x, y) => {
    const { mean, variance } = tf.moments(x, 1, true)
    return tf.mean(tf.mul(y, tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-3)))))
  },
  'batch norm': (x, y) => {
    const { mean, variance } = tf.moments(x, 0) as Record<'mean' | 'variance', tf.Tensor1D>
    const scale = tf.ones<tf.Rank.R1>([CLASSES])
    return tf.mean(tf.mul(y, tf.batchNorm(x as tf.Tensor2D, mean, variance, scale, scale)))
  },
}

function labels(): tf.Tensor {
  return tf.tidy(() => tf.cast(tf.oneHot(randomInt([ROWS], CLASSES), CLASSES), 'float32'))
}

describe.each(Object.entries(losses))('%s', (_, loss) => {
  it('has its slope as gradient, by launches alone', () => {
    const [x, y] = [random([ROWS, CLASSES]), labels()]
    const before = footprint()
    const { result } = onlyLaunches(() => tf.grad((logits: tf.Tensor) => loss(logits, y))(x))
    const slope = (i: number) => {
      const at = (step: number) =>
        tf.tidy(() => {
          const values = Float32Array.from(x.dataSync())
          values[i] = (values[i] as number) + step
          return loss(tf.tensor(values, x.shape), y).dataSync()[0] as number
        })
      return (at(1 / 64) - at(-1 / 64)) * 32
    }
    const gradient = result.dataSync()
    for (const i of [0, 7, 21, 44]) expect(gradient[i]).toBeCloseTo(slope(i), 3)
    result.dispose()
    expect(footprint()).toEqual(before)
  })
})

it('cross entropy of large logits is finite and exact', () => {
  const x = tf.tensor2d([
    [1000, 0, -1000],
    [-1e5, 1e5, 0],
  ])
  const y = tf.tensor2d([
    [0, 1, 0],
    [0, 1, 0],
  ])
  expect(tf.losses.softmaxCrossEntropy(y, x).dataSync()[0]).toBe(500)
  const gradient = tf.grad((v: tf.Tensor) => tf.losses.softmaxCrossEntropy(y, v))(x)
  expect([...gradient.dataSync()]).toEqual([0.5, -0.5, 0, 0, 0, 0])
})

it('cross entropy keeps NaN', () => {
  const x = tf.tensor2d([[Number.NaN, 0]])
  expect(tf.losses.softmaxCrossEntropy(tf.tensor2d([[0, 1]]), x).dataSync()[0]).toBeNaN()
})
