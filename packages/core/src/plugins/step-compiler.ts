import type { NamedTensorMap } from '@tensorflow/tfjs-core'
import type { StepInput, StepRunner } from './step-runner.js'

/** Records forward and backward passes, and makes programs of them that an engine replays without tfjs. */
export interface StepCompiler {
  /** Name of the engine, for messages. */
  readonly engine: string
  /** Whether the current backend can. */
  isAvailable(): boolean
  /** Steps with different keys need different programs: shapes, trainable variables, plain values of a batch. */
  keyOf(step: StepInput): string
  /** Runs a step as it is and records what it computes. Rethrows what the step throws. */
  record(step: StepInput, next: StepRunner): RecordedStep
}

/** A step that was run while it was recorded. It holds no tensors but its gradients. */
export interface RecordedStep {
  /** The gradients of the step; the caller disposes of them. */
  readonly gradients: NamedTensorMap
  /** Why the step cannot be replayed, as a clause; `undefined` if it can. */
  readonly problem: string | undefined
  /** The first difference from another recording, as a clause; `undefined` if they compute the same. */
  differenceFrom(other: RecordedStep): string | undefined
  /** Makes a program. Call it only without a problem. The caller disposes of the program. */
  compile(): StepProgram
}

/** A step as a list of operations in the engine's memory. */
export interface StepProgram {
  /** Number of operations. */
  readonly operations: number
  /** Bytes of memory that it holds. */
  readonly bytes: number
  /**
   * Computes and reports what the recorded step would for this batch and the present variables.
   *
   * @returns the gradients, of which the caller disposes; `undefined` if a tensor that the step used is gone
   */
  replay(step: StepInput): NamedTensorMap | undefined
  /**
   * Runs the step as it is, replays it from the same state, and compares all results bit by bit.
   *
   * @returns the gradients of the step as it is, and what differed, as a clause; `undefined`, without a run, if a
   * tensor that the step used is gone
   */
  verify(
    step: StepInput,
    next: StepRunner,
  ):
    | {
        readonly gradients: NamedTensorMap
        readonly difference: string | undefined
      }
    | undefined
  /** Frees the memory. */
  dispose(): void
}
