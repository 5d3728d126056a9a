import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { forget, isTensor, isThenable } from './containers.js'
import { fail, isRegimenError, messageOf } from './errors.js'

/** What the heart of a step works on. */
export interface StepInput {
  /** The batch. */
  readonly data: unknown
  /** Name of the optimizer that the gradients are for; `main` where there is only one. */
  readonly optimizer: string
  /** Computes the loss (one element) inside the tape. */
  readonly loss: () => Tensor
  /** Gradients are taken of those that are trainable. */
  readonly variables: readonly Variable[]
}

/**
 * The synchronous heart of a step: tape, loss, gradients. Gives the gradients by tfjs' variable
 * names; the caller disposes of them.
 */
export type StepRunner = (step: StepInput) => NamedTensorMap

type Tape = readonly { readonly saved?: readonly (Tensor | null)[] }[]
type EngineState = { activeTape: Tape | null; gradientDepth: number }

/**
 * Runs a step on tfjs' tape. Leaves no tensor behind when it throws: what tfjs saved on its tape for
 * the backward pass is disposed of, since tfjs itself does so only after one that succeeded
 * (`tfjs-core/src/engine.ts`, `gradients`).
 *
 * @throws REG_GRADIENT_NONE, REG_OPTIMIZER_INVALID, REG_KERNEL_MISSING, REG_MODULE_FAILED
 */
export function runStep({ loss, optimizer, variables }: StepInput): NamedTensorMap {
  const trainable = variables.filter((variable) => variable.trainable)
  const about = { optimizer, count: variables.length }
  if (trainable.length === 0) fail('REG_OPTIMIZER_INVALID.frozen', about)
  const { state } = tf.engine() as unknown as { readonly state: EngineState }
  const depth = state.gradientDepth
  let made: Tensor | undefined
  const watched = () => {
    made = loss()
    return made as tf.Scalar
  }
  try {
    const { value, grads } = tf.variableGrads(watched, trainable)
    if (!value.kept) value.dispose()
    return grads
  } catch (cause) {
    state.gradientDepth = depth
    for (const { saved = [] } of (depth === 0 && state.activeTape) || [])
      tf.dispose(saved as Tensor[])
    if (depth === 0) state.activeTape = null
    if (made && !made.kept) made.dispose()
    if (isRegimenError(cause)) throw cause
    const text = messageOf(cause)
    if (/Cannot find a connection|Cannot compute gradient of y=f\(x\)/.test(text))
      fail('REG_GRADIENT_NONE.loss', about, { cause })
    const [, kernel, backend] = /Kernel '(\w+)' not registered for backend '(\w+)'/.exec(text) ?? []
    if (kernel) fail('REG_KERNEL_MISSING.backend', { kernel, backend }, { cause })
    throw cause
  }
}

/** Checks that a loss is one, and makes it a scalar. @throws REG_STEP_OUTPUT */
export function checkedLoss(loss: unknown, place: string): Tensor {
  if (isTensor(loss) && loss.size === 1) return loss.rank === 0 ? loss : tf.reshape(loss, [])
  if (isTensor(loss)) fail('REG_STEP_OUTPUT.shape', { place, shape: loss.shape.join() })
  if (!isThenable(loss)) fail('REG_STEP_OUTPUT.value', { place, loss })
  forget(loss)
  return fail('REG_STEP_OUTPUT.promise', { place })
}
