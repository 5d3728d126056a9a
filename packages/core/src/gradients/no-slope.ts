import * as tf from '@tensorflow/tfjs-core'

const comparisons = [tf.Equal, tf.NotEqual, tf.Greater, tf.Less, tf.LessEqual]
const logic = [tf.LogicalAnd, tf.LogicalOr]

/**
 * Comparisons have no slope: their gradient is zero, which tfjs has for `greaterEqual` only. Without it,
 * no gradient passes `where(equal(a, b), …)`, or what tfjs builds from it, such as `divNoNan`.
 */
export const noSlopeGradients: readonly tf.GradConfig[] = [
  ...[...comparisons, ...logic].map((kernelName) => flat(kernelName, ['a', 'b'])),
  ...[tf.LogicalNot, tf.Any, tf.All].map((kernelName) => flat(kernelName, ['x'])),
]

function flat(kernelName: string, inputs: string[]): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: inputs,
    gradFunc: (_, saved) =>
      Object.fromEntries(
        inputs.map((name, i) => [name, () => tf.zeros((saved[i] as tf.Tensor).shape)]),
      ),
  }
}
