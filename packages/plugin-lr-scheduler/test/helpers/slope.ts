import '@tensorflow/tfjs-backend-cpu'
import type { LoaderTraits, ManualModule, TrainingModule } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'

/** A module with one weight whose gradient is the batch: [1]. SGD moves it by its rate times that. */
export function slope(optimizer: () => tf.Optimizer, start = 0) {
  const w = tf.tidy(() => tf.variable(tf.scalar(start)))
  const module: TrainingModule<tf.Tensor1D> = {
    trainingStep: (batch) => tf.mul(w, tf.mean(batch)) as tf.Scalar,
    validationStep: () => ({ loss: 1 }),
    variables: () => ({ w }),
    configureOptimizers: optimizer,
  }
  return { module, weight: () => Number(w.dataSync()[0]), dispose: () => w.dispose() }
}

/** Two weights and an optimizer for each, SGD with rates 1 and 10. Only `one` steps in even batches. */
export function twoSlopes() {
  const one = tf.tidy(() => tf.variable(tf.scalar(0)))
  const two = tf.tidy(() => tf.variable(tf.scalar(0)))
  const module: ManualModule<tf.Tensor1D> = {
    automaticOptimization: false,
    async trainingStep(batch, { optimize, batch: index }) {
      await optimize('one', () => tf.mul(one, tf.mean(batch)))
      if (index % 2 === 1) await optimize('two', () => tf.mul(two, tf.mean(batch)))
    },
    variables: () => ({ one, two }),
    configureOptimizers: () => ({ one: tf.train.sgd(1), two: tf.train.sgd(10) }),
  }
  return {
    module,
    weights: () => [one, two].map((weight) => Number(weight.dataSync()[0])),
    dispose: () => tf.dispose([one, two]),
  }
}

/** Batches of one 1, or of what is given. */
export function ones(count: number, value = 1): Iterable<tf.Tensor1D> & LoaderTraits {
  return {
    size: count,
    *[Symbol.iterator]() {
      for (let batch = 0; batch < count; batch++) yield tf.tensor1d([value])
    },
  }
}
