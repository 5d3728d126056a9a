import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import type { AutomaticModule, LoaderTraits } from '@regimen/core'

export interface LineBatch {
  readonly x: tf.Tensor2D
  readonly y: tf.Tensor2D
}

/** A line `y = w x`, and the end of its variable. */
export function lineModule(
  overrides: Partial<AutomaticModule<LineBatch>> = {},
): AutomaticModule<LineBatch> & { weight(): number; dispose(): void } {
  const w = tf.tidy(() => tf.variable(tf.zeros([1, 1])))
  const lossOf = ({ x, y }: LineBatch) =>
    tf.losses.meanSquaredError(y, tf.matMul(x, w as tf.Tensor2D)) as tf.Scalar
  return {
    trainingStep: lossOf,
    validationStep: (batch) => ({ loss: lossOf(batch) }),
    testStep: (batch) => ({ loss: lossOf(batch) }),
    predictStep: ({ x }) => x.shape[0],
    variables: () => ({ w }),
    configureOptimizers: () => tf.train.sgd(0.1),
    ...overrides,
    weight: () => w.dataSync()[0] as number,
    dispose: () => w.dispose(),
  }
}

/** Batches of the line; without `isSized` nobody knows how many. */
export function lineBatches(
  count: number,
  { isSized = true } = {},
): Iterable<LineBatch> & LoaderTraits {
  return {
    size: isSized ? count : undefined,
    *[Symbol.iterator]() {
      for (let index = 0; index < count; index++) {
        yield { x: tf.ones<tf.Rank.R2>([2, 1]), y: tf.ones<tf.Rank.R2>([2, 1]) }
      }
    },
  }
}
