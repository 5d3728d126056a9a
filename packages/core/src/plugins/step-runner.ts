import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs-core'
import type { LogOptions } from '../metrics/log-options.js'

/** What a forward pass told the run: a loss, or a metric that it returned or logged. */
export type StepReport =
  | { readonly kind: 'loss'; readonly value: Tensor }
  | { readonly kind: 'returned'; readonly name: string; readonly value: unknown }
  | {
      /** A part of what a stateful metric compares: predictions, then targets. */
      readonly kind: 'predictions' | 'targets'
      readonly name: string
      readonly value: Tensor
    }
  | {
      readonly kind: 'logged'
      readonly name: string
      readonly value: number | Tensor
      readonly options: LogOptions | undefined
    }

/** Where the forward pass of a step reports to. One object for all steps of a fit. */
export interface StepReports {
  /** Called after each report, if set. The tensors are the step's: do not dispose of them. */
  follower: ((report: StepReport) => void) | undefined
  /**
   * Reports as the forward pass does. A wrapper that does not call `loss` reports what it would have, in
   * its order. Keeps no tensor of a backend whose memory is host memory.
   */
  report(report: StepReport): void
}

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
  /** What `loss` reports, and how a wrapper reports in its place. */
  readonly reports: StepReports
}

/**
 * The forward and backward pass, synchronous. Returns the gradients by tfjs' variable names; the caller
 * disposes of them.
 */
export type StepRunner = (step: StepInput) => NamedTensorMap

/** How a plugin wraps the step. */
export interface StepWrapOptions {
  /** Whether it belongs inside the wrappers of all plugins that do not say so; by default `false`. */
  readonly isInnermost?: boolean
}

/** A wrapper of the step. */
export interface StepWrap extends StepWrapOptions {
  readonly wrap: (next: StepRunner) => StepRunner
}
