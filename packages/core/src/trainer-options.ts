import type { PredictedBatch, TakenBatch } from './data/batch-types.js'
import type { Json } from './floor/json.js'
import type { EvaluationOutput, FitModule, TrainingOutput } from './module/modules.js'
import type { SnapshotReference } from './run/session.js'

export type { SnapshotReference } from './run/session.js'

/** Options of a fit. */
export interface FitOptions {
  /** Interrupts the run at the end of the current batch; `fit` then resolves. */
  readonly signal?: AbortSignal | undefined
  /** What to resume from: a snapshot, `'last'`, `'best'`, a path, or `'auto'`: the last, anew where there is none. */
  readonly resumeFrom?: SnapshotReference | undefined
  /** Hyperparameters of the run, for the loggers: beside those of the module, whose values prevail. */
  readonly hparams?: Readonly<Record<string, Json>> | undefined
  /** The configuration that the run was started with: recorded as the text `config.json`, saved beside the run. */
  readonly config?: Json | undefined
}

/** The module of a fit whose batches are of type `B`, and of type `P` in `predict`. */
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
  /** Interrupts the run at the end of the current batch; it then rejects with REG_INTERRUPTED. */
  readonly signal?: AbortSignal | undefined
  /** Weights to load first. */
  readonly checkpoint?: SnapshotReference | undefined
}
