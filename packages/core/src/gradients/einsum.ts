import * as tf from '@tensorflow/tfjs-core'

/** A tensor whose axes have letters. */
interface Lettered {
  readonly tensor: tf.Tensor
  readonly letters: readonly string[]
}

/** The gradient of `einsum` by an operand is an einsum of the others, made of sums and a product. */
export const einsumGradient: tf.GradConfig = {
  kernelName: tf.Einsum,
  saveAllInputs: true,
  gradFunc: (dy, saved, attributes) => {
    const { equation } = attributes as unknown as { equation: string }
    const [left = '', right = ''] = equation.replace(/\s/g, '').split('->')
    const operands = left.split(',').map((term, i) => ({
      tensor: saved[i] as tf.Tensor,
      letters: [...term],
    }))
    const result = { tensor: dy as tf.Tensor, letters: [...right] }
    if (left === right && isItsOwnResult(saved, equation)) {
      return { 0: () => tf.zerosLike(result.tensor) }
    }
    return Object.fromEntries(
      operands.map((operand, i) => {
        const [other] = operands.filter((_, j) => j !== i)
        return [i, () => spreadOver(operand, contracted(result, other, operand.letters))]
      }),
    )
  },
}

/**
 * If there is nothing to do, tfjs' cpu backend returns the same tensor that it received. Then the gradient
 * of the result is already the operand's, and anything else would be added to it.
 */
function isItsOwnResult([x]: readonly tf.Tensor[], equation: string): boolean {
  return tf.engine().runKernel(tf.Einsum, [x] as never, { equation }) === x
}

/** The product of two tensors, summed over all letters except these. */
function contracted(
  whole: Lettered,
  other: Lettered | undefined,
  kept: readonly string[],
): Lettered {
  const a = summed(whole, [...kept, ...(other?.letters ?? [])])
  if (other === undefined) return a
  const b = summed(other, [...kept, ...whole.letters])
  const shared = a.letters.filter((letter) => b.letters.includes(letter))
  const batch = shared.filter((letter) => kept.includes(letter))
  const inner = shared.filter((letter) => !kept.includes(letter))
  const rows = a.letters.filter((letter) => !shared.includes(letter))
  const columns = b.letters.filter((letter) => !shared.includes(letter))
  const sizeOf = (x: Lettered, letters: readonly string[]) =>
    letters.map((letter) => x.tensor.shape[x.letters.indexOf(letter)] as number)
  const count = (sizes: number[]) => sizes.reduce((product, size) => product * size, 1)
  const [stack, depth] = [count(sizeOf(a, batch)), count(sizeOf(a, inner))]
  const product = tf.matMul(
    tf.reshape(arranged(a, [...batch, ...rows, ...inner]), [
      stack,
      count(sizeOf(a, rows)),
      depth,
    ]),
    tf.reshape(arranged(b, [...batch, ...columns, ...inner]), [
      stack,
      count(sizeOf(b, columns)),
      depth,
    ]),
    false,
    true,
  )
  const shape = [...sizeOf(a, [...batch, ...rows]), ...sizeOf(b, columns)]
  return { tensor: tf.reshape(product, shape), letters: [...batch, ...rows, ...columns] }
}

function summed({ tensor, letters }: Lettered, kept: readonly string[]): Lettered {
  const axes = letters.flatMap((letter, i) => (kept.includes(letter) ? [] : [i]))
  if (axes.length === 0) return { tensor, letters }
  return {
    tensor: tf.sum(tensor, axes),
    letters: letters.filter((letter) => kept.includes(letter)),
  }
}

function arranged({ tensor, letters }: Lettered, order: readonly string[]): tf.Tensor {
  const perm = order.map((letter) => letters.indexOf(letter))
  return perm.every((from, to) => from === to) ? tensor : tf.transpose(tensor, perm)
}

/** A gradient with its letters in the operand's order; letters that were summed over are repeated. */
function spreadOver({ tensor, letters }: Lettered, gradient: Lettered): tf.Tensor {
  const present = letters.filter((letter) => gradient.letters.includes(letter))
  const shape = letters.map((letter, axis) =>
    present.includes(letter) ? (tensor.shape[axis] as number) : 1,
  )
  const dx = tf.reshape(arranged(gradient, present), shape)
  return present.length === letters.length ? dx : tf.mul(dx, tf.ones(tensor.shape))
}
