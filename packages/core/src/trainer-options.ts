import type { PredictedBatch, TakenBatch } from './data/batch-types.js'
import type { EvaluationOutput, FitModule, TrainingOutput } from './module/modules.js'
import type { SnapshotReference } from './run/session.js'

export type { SnapshotReference } from './run/session.js'

/** Options of a fit. */
export interface FitOptions {
  /** Interrupts the run at the end of the batch under way; `fit` then resolves. */
  readonly signal?: AbortSignal | undefined
  /** What the run resumes: a snapshot, `'last'`, `'best'` or a path. */
  readonly resumeFrom?: SnapshotReference | undefined
}

/** The module of a fit whose data have batches of type `B`, and of type `P` for `predict`. */
export type FittedModule<
  B,
  Auto extends boolean,
  R extends TrainingOutput,
  V extends EvaluationOutput,
  P,
> = FitModule<
  TakenBatch<NoInfer<B>>,
  Auto,
  R,
  V,
  EvaluationOutput,
  unknown,
  PredictedBatch<NoInfer<B>, NoInfer<P>>
>

/** Options of a validation, test or prediction. */
export interface EvaluateOptions {
  /** Interrupts the run at the end of the batch under way, which is then an error: REG_INTERRUPTED. */
  readonly signal?: AbortSignal | undefined
  /** Weights to use. */
  readonly checkpoint?: SnapshotReference | undefined
}
