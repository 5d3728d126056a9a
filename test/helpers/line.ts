import type { AutomaticModule } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'

/** A batch: x `[rows, 8]`, y `[rows, 1]`, float32. */
export interface Rows {
  readonly x: tf.Tensor
  readonly y: tf.Tensor
}

const INPUTS = 8

/** Columns x and y of a linear relation, the same for the same seed. */
export function lineColumns(rows: number, seed = 1) {
  let state = seed
  const data = Float32Array.from({ length: rows * INPUTS }, () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647 - 0.5
  })
  const y = Array.from({ length: rows }, (_, row) => [3 * (data[row * INPUTS] as number) - 1])
  return { x: { data, shape: [rows, INPUTS] }, y }
}

/** A linear model from 8 inputs to 1 with mean squared error; made once the engine is set. */
export function lineModel(
  start = 0,
  optimizer = () => tf.train.adam(0.05) as tf.Optimizer,
): AutomaticModule<Rows> & { readonly dispose: () => void } {
  const w = tf.tidy(() => tf.variable(tf.fill([INPUTS, 1], start)))
  const b = tf.tidy(() => tf.variable(tf.zeros([1])))
  const lossOf = ({ x, y }: Rows) =>
    tf.losses.meanSquaredError(y, tf.add(tf.matMul(x, w), b)) as tf.Scalar
  return {
    trainingStep: lossOf,
    validationStep: (batch) => ({ loss: lossOf(batch) }),
    variables: () => ({ w, b }),
    configureOptimizers: optimizer,
    dispose: () => tf.dispose([w, b]),
  }
}
