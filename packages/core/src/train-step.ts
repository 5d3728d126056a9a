import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { isTensor, isThenable } from './containers.js'
import { isRegimenError, located, messageOf, RegimenError } from './errors.js'
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
export function runStep(step: StepInput): NamedTensorMap {
  const { loss, variables } = step
  try {
    return transaction(() => {
      const { value, grads } = tf.variableGrads(loss as () => tf.Scalar, variables as Variable[])
      if (!value.kept) value.dispose()
      return grads
    })
  } catch (thrown) {
    throw isRegimenError(thrown) ? thrown : explained(thrown, step)
  }
}

/** Checks that a loss is one, and makes it a scalar. @throws REG_STEP_OUTPUT */
export function checkedLoss(loss: unknown, place: string): Tensor {
  if (isTensor(loss) && loss.size === 1) return loss.rank === 0 ? loss : tf.reshape(loss, [])
  if (isThenable(loss)) loss.then(undefined, () => undefined)
  const problem = isTensor(loss)
    ? `a loss of shape [${loss.shape}]; reduce it to a scalar, for example with tf.mean(loss)`
    : isThenable(loss)
      ? 'a promise; it must be synchronous, since gradients are recorded while it runs'
      : `${quote(loss)}; return the loss as a tensor, alone or as { loss, ...metrics }`
  throw new RegimenError('REG_STEP_OUTPUT', `${place} returned ${problem}.`)
}

interface EngineState {
  activeTape: { readonly saved?: readonly (Tensor | null)[] }[] | null
  gradientDepth: number
}

/**
 * Disposes of everything that tfjs saved on its tape for the backward pass where a function throws:
 * tfjs does so only after a backward pass that succeeded (`tfjs-core/src/engine.ts`, `gradients`).
 */
function transaction<Result>(run: () => Result): Result {
  const { state } = tf.engine() as unknown as { readonly state: EngineState }
  const depth = state.gradientDepth
  try {
    return run()
  } catch (thrown) {
    state.gradientDepth = depth
    if (depth > 0) throw thrown
    for (const { saved } of state.activeTape ?? []) {
      for (const tensor of saved ?? []) tensor?.dispose()
    }
    state.activeTape = null
    throw thrown
  }
}

function explained(cause: unknown, { optimizer, variables }: StepInput): RegimenError {
  const text = messageOf(cause)
  const whose = `${quote(optimizer)} has ${variables.length} variables`
  if (/Cannot find a connection|Cannot compute gradient of y=f\(x\)/.test(text)) {
    const advice = 'Compute the loss with the variables themselves, not with values read from them.'
    const problem = `Optimizer ${whose}, but the loss depends on none of them. ${advice}`
    return new RegimenError('REG_GRADIENT_NONE', problem, { cause })
  }
  if (text.includes('to be trainable')) {
    const problem = `Optimizer ${whose}, but none of them is trainable.`
    return new RegimenError('REG_OPTIMIZER_INVALID', problem, { cause })
  }
  const kernel = /Kernel '(\w+)' not registered for backend '(\w+)'/.exec(text)
  if (!kernel) return located(cause, 'REG_MODULE_FAILED', 'trainingStep failed')
  const advice = 'Use accelerator "wasm" (@regimen/backend-wasm) or "cpu".'
  const problem = `Backend ${quote(kernel[2])} has no kernel ${quote(kernel[1])}. ${advice}`
  return new RegimenError('REG_KERNEL_MISSING', problem, { cause })
}
