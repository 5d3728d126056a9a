import '@tensorflow/tfjs-backend-cpu'
import type { AutomaticModule, LoaderTraits } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'

/** A batch of a line fit: x [n, 1] and y [n, 1]. */
export interface LineBatch {
  readonly x: tf.Tensor2D
  readonly y: tf.Tensor2D
}

/** `y = w x + b`, both 0 at the start, mean squared error. */
export function lineModule(optimizer: () => tf.Optimizer) {
  const w = tf.tidy(() => tf.variable(tf.tensor2d([[0]])))
  const b = tf.tidy(() => tf.variable(tf.tensor1d([0])))
  const lossOf = ({ x, y }: LineBatch): tf.Scalar =>
    tf.losses.meanSquaredError(y, tf.add(tf.matMul(x, w as tf.Tensor2D), b)) as tf.Scalar
  const module: AutomaticModule<LineBatch> = {
    trainingStep: lossOf,
    validationStep: (batch) => ({ loss: lossOf(batch) }),
    variables: () => ({ w, b }),
    configureOptimizers: optimizer,
  }
  return {
    module,
    weights: () => [...w.dataSync(), ...b.dataSync()],
    dispose: () => tf.dispose([w, b]),
  }
}

/** Batches of one line with noise, made anew in each iteration; any division gives the same samples. */
export function lineBatches(count: number, size: number): Iterable<LineBatch> & LoaderTraits {
  return {
    size: count,
    *[Symbol.iterator]() {
      for (let batch = 0; batch < count; batch++) {
        const x = Array.from({ length: size }, (_, row) => (((batch * size + row) * 5) % 13) / 13)
        const y = x.map((value) => 3 * value - 1 + Math.sin(40 * value) / 10)
        yield { x: tf.tensor2d(x, [size, 1]), y: tf.tensor2d(y, [size, 1]) }
      }
    },
  }
}
