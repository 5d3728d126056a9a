import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { forget, isTensor, isThenable } from './containers.js'
import { type ErrorCode, fail, isRegimenError, located, messageOf, RegimenError } from './errors.js'
import { quote } from './nearest.js'

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

/**
 * Runs a step on tfjs' tape. Leaves no tensor behind when it throws.
 *
 * @throws REG_GRADIENT_NONE, REG_OPTIMIZER_INVALID, REG_KERNEL_MISSING, REG_MODULE_FAILED
 */
export function runStep({ loss, optimizer, variables }: StepInput): NamedTensorMap {
  const trainable = variables.filter((variable) => variable.trainable)
  const whose = () => `Optimizer ${quote(optimizer)} has ${variables.length} variables`
  if (trainable.length === 0) {
    fail('REG_OPTIMIZER_INVALID', `${whose()}, but none of them is trainable.`)
  }
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
  } catch (thrown) {
    state.gradientDepth = depth
    if (depth === 0) dropTape(state)
    if (made && !made.kept) made.dispose()
    throw isRegimenError(thrown) ? thrown : explained(thrown, whose())
  }
}

/** Checks that a loss is one, and makes it a scalar. @throws REG_STEP_OUTPUT */
export function checkedLoss(loss: unknown, place: string): Tensor {
  if (isTensor(loss) && loss.size === 1) return loss.rank === 0 ? loss : tf.reshape(loss, [])
  if (isThenable(loss)) forget(loss)
  const problem = isTensor(loss)
    ? `a loss of shape [${loss.shape}]; reduce it to a scalar, for example with tf.mean(loss)`
    : isThenable(loss)
      ? 'a promise; it must be synchronous, since gradients are recorded while it runs'
      : `${quote(loss)}; return the loss as a tensor, alone or as { loss, ...metrics }`
  return fail('REG_STEP_OUTPUT', `${place} returned ${problem}.`)
}

type Tape = readonly { readonly saved?: readonly (Tensor | null)[] }[]
type EngineState = { activeTape: Tape | null; gradientDepth: number }

/**
 * Disposes of everything that tfjs saved on its tape for the backward pass: tfjs itself does so only
 * after a backward pass that succeeded (`tfjs-core/src/engine.ts`, `gradients`).
 */
function dropTape(state: EngineState): void {
  for (const { saved = [] } of state.activeTape ?? []) {
    for (const tensor of saved) tensor?.dispose()
  }
  state.activeTape = null
}

function explained(cause: unknown, whose: string): RegimenError {
  const error = (code: ErrorCode, text: string) => new RegimenError(code, text, { cause })
  const text = messageOf(cause)
  if (/Cannot find a connection|Cannot compute gradient of y=f\(x\)/.test(text)) {
    const advice = 'Compute the loss with the variables themselves, not with values read from them'
    return error('REG_GRADIENT_NONE', `${whose}, but the loss depends on none of them. ${advice}.`)
  }
  const kernel = /Kernel '(\w+)' not registered for backend '(\w+)'/.exec(text)
  if (!kernel) return located(cause, 'REG_MODULE_FAILED', 'trainingStep failed')
  const advice = 'Use accelerator "wasm" (@regimen/backend-wasm) or "cpu"'
  const problem = `Backend ${quote(kernel[2])} has no kernel ${quote(kernel[1])}. ${advice}.`
  return error('REG_KERNEL_MISSING', problem)
}
