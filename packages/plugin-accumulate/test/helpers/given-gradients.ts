import '@tensorflow/tfjs-backend-cpu'
import type { AutomaticModule, LoaderTraits, TrainingModule } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'

/** A module whose gradients are the mean row of its batch: [n, 3], two elements for `a`, one for `b`. */
export function givenGradients(optimizer: () => tf.Optimizer = () => tf.train.sgd(1)) {
  const a = tf.tidy(() => tf.variable(tf.tensor1d([0, 0])))
  const b = tf.tidy(() => tf.variable(tf.tensor1d([0])))
  const module: AutomaticModule<tf.Tensor2D> = {
    trainingStep: (batch) =>
      tf.sum(tf.mul(tf.mean(batch, 0), tf.concat([a as tf.Tensor1D, b as tf.Tensor1D]))),
    variables: () => ({ a, b }),
    configureOptimizers: optimizer,
  }
  return {
    module,
    /** What SGD with rate 1 subtracted so far. */
    applied: () => [...a.dataSync(), ...b.dataSync()].map((value) => 0 - value),
    dispose: () => tf.dispose([a, b]),
  }
}

/** One batch of one row per row, made anew in each epoch. */
export function rows(...all: readonly number[][]): Iterable<tf.Tensor2D> & LoaderTraits {
  return {
    size: all.length,
    *[Symbol.iterator]() {
      for (const row of all) yield tf.tensor2d([row])
    },
  }
}

/** Two optimizers, `one` and `two`, with a weight each, whose gradients are 3 and 4 times the batch. */
export function twoOptimizers({ automatic }: { readonly automatic: boolean }) {
  const one = tf.tidy(() => tf.variable(tf.scalar(0)))
  const two = tf.tidy(() => tf.variable(tf.scalar(0)))
  const lossOf = (weight: tf.Variable, factor: number, batch: tf.Tensor) =>
    tf.mul(tf.mul(weight, factor), tf.mean(batch))
  const parts = {
    variables: () => ({ one, two }),
    configureOptimizers: () => ({ one: tf.train.sgd(1), two: tf.train.sgd(1) }),
  }
  const module: TrainingModule<tf.Tensor> = automatic
    ? { ...parts, trainingStep: (batch) => tf.add(lossOf(one, 3, batch), lossOf(two, 4, batch)) }
    : {
        ...parts,
        automaticOptimization: false,
        async trainingStep(batch, { optimize }) {
          await optimize('one', () => lossOf(one, 3, batch))
          await optimize('two', () => lossOf(two, 4, batch))
        },
      }
  return {
    module,
    /** What SGD with rate 1 subtracted so far. */
    applied: () => [one, two].map((variable) => -Number(variable.dataSync()[0])),
    dispose: () => tf.dispose([one, two]),
  }
}
