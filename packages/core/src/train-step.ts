import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { isTensor } from './containers.js'
import { isRegimenError, located, messageOf, RegimenError } from './errors.js'
import { quote } from './nearest.js'
import { transaction } from './transaction.js'

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
  try {
    return transaction(() => {
      const { value, grads } = tf.variableGrads(
        step.loss as () => tf.Scalar,
        step.variables as Variable[],
      )
      if (!value.kept) value.dispose()
      return grads
    })
  } catch (thrown) {
    throw explained(thrown, step)
  }
}

/**
 * Checks that a loss is one, and makes it a scalar.
 *
 * @throws REG_STEP_OUTPUT
 */
export function checkedLoss(loss: unknown, place: string): Tensor {
  if (!isTensor(loss)) throw noLoss(loss, place)
  if (loss.size !== 1) {
    throw new RegimenError(
      'REG_STEP_OUTPUT',
      `The loss of ${place} has shape [${loss.shape}]; it must be a scalar. Reduce it, for example with tf.mean(loss).`,
    )
  }
  return loss.rank === 0 ? loss : tf.reshape(loss, [])
}

function noLoss(found: unknown, place: string): RegimenError {
  const isPromise = typeof found === 'object' && found !== null && 'then' in found
  if (isPromise) (found as Promise<unknown>).then(undefined, () => undefined)
  const what = isPromise
    ? 'a promise; it must be synchronous, since gradients are recorded while it runs. For several optimizers set automaticOptimization: false'
    : `${quote(found)}; return the loss as a tensor, alone or as { loss, ...metrics }`
  return new RegimenError('REG_STEP_OUTPUT', `${place} returned ${what}.`)
}

function explained(thrown: unknown, { optimizer, variables }: StepInput): RegimenError {
  if (isRegimenError(thrown)) return thrown
  const text = messageOf(thrown)
  if (
    text.includes('Cannot find a connection') ||
    text.includes('Cannot compute gradient of y=f(x)')
  ) {
    return new RegimenError(
      'REG_GRADIENT_NONE',
      `The loss for optimizer ${quote(optimizer)} depends on none of its ${variables.length} variables. Use the variables that variables() returns when computing the loss, and no values read from them.`,
      { cause: thrown },
    )
  }
  if (text.includes('to be trainable')) {
    return new RegimenError(
      'REG_OPTIMIZER_INVALID',
      `Optimizer ${quote(optimizer)} has nothing to change: none of its ${variables.length} variables is trainable.`,
      { cause: thrown },
    )
  }
  const kernel = /Kernel '(\w+)' not registered for backend '(\w+)'/.exec(text)
  if (kernel) {
    return new RegimenError(
      'REG_KERNEL_MISSING',
      `Backend ${quote(kernel[2])} has no kernel ${quote(kernel[1])}, which this model needs to train. Use the engine of @regimen/backend-wasm (accelerator: "wasm"), or accelerator: "cpu".`,
      { cause: thrown },
    )
  }
  return located(thrown, 'REG_MODULE_FAILED', 'trainingStep failed')
}
