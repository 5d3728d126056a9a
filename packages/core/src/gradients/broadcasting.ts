import * as tf from '@tensorflow/tfjs-core'

/** Sums over the axes that were broadcast: the result has this shape again. */
export function sumTo(x: tf.Tensor, shape: number[]): tf.Tensor {
  if (tf.util.arraysEqual(x.shape, shape)) return x
  const axes = tf.broadcast_util.getReductionAxes(shape, x.shape)
  return tf.reshape(tf.sum(x, axes), shape)
}

type Derivative = (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor

function binary(kernelName: string, byA: Derivative, byB: Derivative): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor]
      return {
        a: () => sumTo(byA(dy as tf.Tensor, a, b), a.shape),
        b: () => sumTo(byB(dy as tf.Tensor, a, b), b.shape),
      }
    },
  }
}

const whereTrue = (dy: tf.Tensor, isChosen: tf.Tensor) =>
  tf.mul(dy, tf.cast(isChosen, 'float32'))

/** Gradients in which tfjs forgets that an operand may have been broadcast. */
export const broadcastGradients: readonly tf.GradConfig[] = [
  binary(
    tf.SquaredDifference,
    (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(a, b), 2)),
    (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(b, a), 2)),
  ),
  binary(
    tf.Maximum,
    (dy, a, b) => whereTrue(dy, tf.greaterEqual(a, b)),
    (dy, a, b) => whereTrue(dy, tf.less(a, b)),
  ),
  binary(
    tf.Minimum,
    (dy, a, b) => whereTrue(dy, tf.lessEqual(a, b)),
    (dy, a, b) => whereTrue(dy, tf.greater(a, b)),
  ),
  {
    kernelName: tf.BatchMatMul,
    inputsToSave: ['a', 'b'],
    gradFunc: (gradient, saved, attributes) => {
      const dy = gradient as tf.Tensor
      const [a, b] = saved as [tf.Tensor, tf.Tensor]
      const { transposeA = false, transposeB = false } =
        attributes as unknown as Transposed
      const byA = () =>
        transposeA
          ? tf.matMul(b, dy, transposeB, true)
          : tf.matMul(dy, b, false, !transposeB)
      const byB = () =>
        transposeB
          ? tf.matMul(dy, a, true, transposeA)
          : tf.matMul(a, dy, !transposeA, false)
      return { a: () => sumTo(byA(), a.shape), b: () => sumTo(byB(), b.shape) }
    },
  },
]

interface Transposed {
  readonly transposeA?: boolean
  readonly transposeB?: boolean
}
