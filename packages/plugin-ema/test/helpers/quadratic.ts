import type { AutomaticModule, Loader } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'

/** Batches with one number each: the gradient of `w` is `w - x`, so that SGD with rate r moves by `r (x - w)`. */
export function targets(...values: number[]): Loader<tf.Tensor1D> {
  return {
    size: values.length,
    *[Symbol.iterator]() {
      for (const value of values) yield tf.tensor1d([value])
    },
  }
}

/** A module with the weight `w` and a statistic that is not trained: the sum of the batches so far. */
export function quadratic(rate = 0.5, optimizer: () => tf.Optimizer = () => tf.train.sgd(rate)) {
  const w = tf.tidy(() => tf.variable(tf.scalar(0)))
  const sum = tf.tidy(() => tf.variable(tf.scalar(0), false))
  const seen: number[] = []
  const module: AutomaticModule<tf.Tensor1D> = {
    trainingStep(x) {
      sum.assign(tf.add(sum, tf.sum(x)))
      return tf.mean(tf.mul(tf.squaredDifference(x, w), 0.5))
    },
    validationStep(x) {
      seen.push(w.dataSync()[0] ?? Number.NaN)
      return { loss: tf.mean(tf.squaredDifference(x, w)) }
    },
    testStep: (x) => ({ loss: tf.mean(tf.squaredDifference(x, w)) }),
    variables: () => ({ w, sum }),
    configureOptimizers: optimizer,
  }
  return {
    module,
    w,
    /** What `w` was in each validation. */
    seen,
    weights: () => ({ w: w.dataSync()[0], sum: sum.dataSync()[0] }),
    dispose() {
      w.dispose()
      sum.dispose()
    },
  }
}
