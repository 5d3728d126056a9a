import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import type { AutomaticModule, LoaderTraits } from '../../src/index.js'

/** A batch of a line fit: x [n, 1] and y [n, 1]. */
export interface LineBatch {
  readonly x: tf.Tensor2D
  readonly y: tf.Tensor2D
}

/** A linear model with two weights, and what tests want to know of it. */
export interface LineModule extends AutomaticModule<LineBatch> {
  readonly w: tf.Variable
  readonly b: tf.Variable
  dispose(): void
}

/** `y = w x + b`, both 0 at the start, mean squared error, SGD unless told otherwise. */
export function lineModule(
  overrides: Partial<AutomaticModule<LineBatch>> = {},
  start = 0,
): LineModule {
  const w = tf.tidy(() => tf.variable(tf.tensor2d([[start]])))
  const b = tf.tidy(() => tf.variable(tf.tensor1d([0])))
  const lossOf = ({ x, y }: LineBatch): tf.Scalar =>
    tf.losses.meanSquaredError(y, tf.add(tf.matMul(x, w as tf.Tensor2D), b)) as tf.Scalar
  return {
    trainingStep: lossOf,
    validationStep: (batch) => ({ loss: lossOf(batch) }),
    testStep: (batch) => ({ loss: lossOf(batch) }),
    predictStep: ({ x }) => tf.add(tf.matMul(x, w as tf.Tensor2D), b),
    variables: () => ({ w, b }),
    configureOptimizers: () => tf.train.sgd(0.1),
    ...overrides,
    w,
    b,
    dispose() {
      w.dispose()
      b.dispose()
    },
  }
}

/** Batches of the line y = 3x - 1, made anew in each iteration. */
export function lineBatches(count: number, batchSize = 4): Iterable<LineBatch> & LoaderTraits {
  return {
    size: count,
    *[Symbol.iterator]() {
      for (let index = 0; index < count; index++) yield lineBatch(index, batchSize)
    },
  }
}

/** The same without a known size. */
export function endlessLine(count: number, batchSize = 4): () => Generator<LineBatch> {
  return function* () {
    for (let index = 0; index < count; index++) yield lineBatch(index, batchSize)
  }
}

/** The batch of that index, made anew: x in [-0.5, 0.5) and y = 3x - 1, both [batchSize, 1]. */
export function lineBatch(index: number, batchSize: number): LineBatch {
  const x = Array.from({ length: batchSize }, (_, row) => ((index * batchSize + row) % 7) / 7 - 0.5)
  const y = x.map((value) => 3 * value - 1)
  return { x: tf.tensor2d(x, [batchSize, 1]), y: tf.tensor2d(y, [batchSize, 1]) }
}
