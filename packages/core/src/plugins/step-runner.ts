import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs-core'

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
