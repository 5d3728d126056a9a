import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs-core'

/** The input of a forward and backward pass. */
export interface StepInput {
  /** The batch. */
  readonly data: unknown
  /** Name of the optimizer that the gradients are for; `main` if it is the only one. */
  readonly optimizer: string
  /** Computes the loss (one element) inside the tape. */
  readonly loss: () => Tensor
  /** Gradients are computed for the trainable ones. */
  readonly variables: readonly Variable[]
}

/**
 * The forward and backward pass, synchronous. Returns the gradients by tfjs' variable names; the caller
 * disposes of them.
 */
export type StepRunner = (step: StepInput) => NamedTensorMap
