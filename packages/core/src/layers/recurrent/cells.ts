import * as tf from '@tensorflow/tfjs-core'
import {
  asRows,
  type RecurrentAttributes,
  type RecurrentInputs,
  runRecurrent,
} from './recurrent-kernel.js'

/** An LSTM over all steps as one kernel, which the current backend has to have. */
export function lstm(
  inputs: RecurrentInputs,
  attributes: RecurrentAttributes,
): tf.Tensor {
  return runRecurrent(
    {
      kernel: 'LSTM',
      results: ['gates', 'hiddens', 'cells', 'activated'],
      kernelGradient: (dProjected, { hiddens }) =>
        tf.matMul(asRows(hiddens as tf.Tensor), asRows(dProjected), true),
    },
    inputs,
    attributes,
  )
}

/** A GRU over all steps as one kernel, which the current backend has to have. */
export function gru(inputs: RecurrentInputs, attributes: RecurrentAttributes): tf.Tensor {
  return runRecurrent(
    {
      kernel: 'GRU',
      results: ['gates', 'hiddens', 'scaled'],
      kernelGradient: (dProjected, { hiddens, scaled }) => {
        const units = (hiddens as tf.Tensor).shape[2] as number
        const [dGates, dCandidate] = tf.split(asRows(dProjected), [2 * units, units], 1)
        return tf.concat(
          [
            tf.matMul(asRows(hiddens as tf.Tensor), dGates as tf.Tensor2D, true),
            tf.matMul(asRows(scaled as tf.Tensor), dCandidate as tf.Tensor2D, true),
          ],
          1,
        )
      },
    },
    inputs,
    attributes,
  )
}
