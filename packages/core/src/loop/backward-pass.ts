import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { disposeAll, isStrayPromise, isTensor } from '../data/containers.js'
import { fail, isRegimenError, messageOf } from '../floor/errors.js'
import type { StepInput } from '../plugins/step-runner.js'
import { explainTfjsError } from './tfjs-errors.js'

type Tape = readonly { readonly saved?: readonly (Tensor | null)[] }[]
type EngineState = { activeTape: Tape | null; gradientDepth: number }

/**
 * Runs the forward and backward pass of a step on tfjs' tape. Leaves no tensor behind if it throws: it
 * disposes of what tfjs saved on the tape, which tfjs itself does only after a backward pass that
 * succeeded (`tfjs-core/src/engine.ts`, `gradients`).
 *
 * @throws REG_GRADIENT_NONE, REG_GRADIENT_MISSING, REG_OPTIMIZER_INVALID, REG_KERNEL_MISSING
 */
export function backwardPass({ loss, optimizer, variables }: StepInput): NamedTensorMap {
  const trainable = variables.filter((variable) => variable.trainable)
  const count = variables.length
  if (trainable.length === 0) fail('REG_OPTIMIZER_INVALID.frozen', { optimizer, count })
  const { state } = tf.engine() as unknown as { readonly state: EngineState }
  const depth = state.gradientDepth
  try {
    return tf.tidy(() => tf.variableGrads(loss as () => tf.Scalar, trainable).grads)
  } catch (cause) {
    state.gradientDepth = depth
    for (const { saved } of (depth === 0 && state.activeTape) || []) disposeAll(saved)
    if (depth === 0) state.activeTape = null
    if (isRegimenError(cause)) throw cause
    // Errors of tfjs have no code: only the text identifies them.
    const text = messageOf(cause)
    if (/Cannot find a connection|Cannot compute gradient of y=f\(x\)/.test(text))
      fail('REG_GRADIENT_NONE.loss', { optimizer, count }, { cause })
    explainTfjsError(cause)
    throw cause
  }
}

/** Checks that a loss is a tensor of one element, and reshapes it to a scalar. @throws REG_STEP_OUTPUT */
export function checkedLoss(loss: unknown, place: string): Tensor {
  if (isTensor(loss) && loss.size === 1)
    return loss.rank === 0 ? loss : tf.reshape(loss, [])
  if (isTensor(loss)) fail('REG_STEP_OUTPUT.shape', { place, shape: loss.shape })
  if (isStrayPromise(loss)) fail('REG_STEP_OUTPUT.promise', { place })
  return fail('REG_STEP_OUTPUT.value', { place, found: loss })
}
