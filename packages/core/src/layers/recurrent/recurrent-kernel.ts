import * as tf from '@tensorflow/tfjs-core'
import { runKernel } from '../fused-kernel.js'

/** Inputs of a recurrent layer's kernel; see the kernels `LSTM` and `GRU` of `@regimen/backend-wasm`. */
export interface RecurrentInputs {
  /** The inputs times their kernel, `[batch, steps, gates * units]`. */
  readonly projected: tf.Tensor
  /** `[units, gates * units]` */
  readonly recurrentKernel: tf.Tensor
  readonly bias: tf.Tensor | undefined
  /** The first states, `[batch, units]`: hidden, then cell; empty for zeros. */
  readonly states: readonly tf.Tensor[]
  /** bool, `[batch, steps]`; where it is false, a step keeps the states. */
  readonly mask: tf.Tensor | undefined
}

export interface RecurrentAttributes {
  readonly activation: string
  readonly recurrentActivation: string
  readonly goesBackwards: boolean
  /** Whether the result has the output of every step, else that of the last one. */
  readonly givesSequence: boolean
  /** Whether the last cell state comes after the outputs. */
  readonly givesCell: boolean
}

/** What a kernel's forward pass leaves for the backward pass, by name. */
type Kept = Readonly<Record<string, tf.Tensor>>

/** How a kernel is differentiated. */
interface RecurrentRule {
  readonly kernel: 'LSTM' | 'GRU'
  /** Names of the kernel's results after the first. */
  readonly results: readonly string[]
  /** Gradient of the recurrent kernel from that of `projected`. */
  readonly kernelGradient: (dProjected: tf.Tensor, kept: Kept) => tf.Tensor
}

/**
 * Runs a recurrent layer as one kernel and returns its result `[batch, rows, units]`, with a gradient for
 * everything but the mask.
 */
export function runRecurrent(
  { kernel, results, kernelGradient }: RecurrentRule,
  { projected, recurrentKernel, bias, states, mask }: RecurrentInputs,
  attributes: RecurrentAttributes,
): tf.Tensor {
  const inputs = [projected, recurrentKernel, ...(bias ? [bias] : []), ...states]
  const compute = tf.customGrad((...operands) => {
    const save = operands.pop() as (tensors: tf.Tensor[]) => void
    const [hidden, cell] = states
    const [result, ...rest] = runKernel(
      kernel,
      { projected, recurrentKernel, bias, hidden, cell, mask },
      attributes,
    )
    save([recurrentKernel, ...rest, ...(mask ? [mask] : [])])
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const names = ['recurrentKernel', ...results, ...(mask ? ['mask'] : [])]
      const kept = Object.fromEntries(
        names.map((name, i) => [name, saved[i] as tf.Tensor]),
      )
      const [dProjected, ...dStates] = runKernel(
        `${kernel}Grad`,
        { ...kept, dy },
        attributes,
      ) as [tf.Tensor, ...tf.Tensor[]]
      return [
        dProjected,
        kernelGradient(dProjected, kept),
        ...(bias ? [tf.sum(dProjected, [0, 1])] : []),
        ...dStates.slice(0, states.length),
      ]
    }
    return { value: result as tf.Tensor, gradFunc }
  })
  return compute(...inputs)
}

/** `[batch, steps, n]` as `[batch * steps, n]`. */
export function asRows(tensor: tf.Tensor): tf.Tensor2D {
  return tf.reshape(tensor, [-1, tensor.shape[2] as number])
}
