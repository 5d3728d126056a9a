/* biome-ignore-all lint/suspicious/noEmptyInterface: each hook has a payload of its own name */
import type { RegimenError } from '../floor/errors.js'
import type { Metrics } from '../metrics/metrics.js'
import type { LogRecord } from '../metrics/records.js'
import type { Counters, Stage } from '../state/run-state.js'
import type { Snapshot } from '../state/snapshot.js'
import type { Outcome, StopReason } from '../state/stop-reason.js'
import type { RunInfo } from './run-info.js'

interface Staged extends Counters {
  /** What the trainer was asked to run. */
  readonly stage: Stage
}

interface Ended extends Counters {
  /** How the batch, epoch or run ended: `completed`, `stopped`, `interrupted`, `failed` or `skipped`. */
  readonly outcome: Outcome
}

interface Measured extends Ended {
  /** Its metrics; read them before the hook's taps have finished. */
  readonly metrics: Metrics
}

interface WithBatch extends Counters {
  /** The batch; not in streams. */
  readonly data: unknown
}

interface OfOptimizer extends Counters {
  /** Name of the optimizer; `main` if there is only one. */
  readonly optimizer: string
}

interface OfEvaluation extends Staged {
  /** Whether it belongs to the sanity check before training. */
  readonly sanity: boolean
}

interface OfEvaluationBatch extends OfEvaluation, WithBatch {
  /** Name of the loader if there are several. */
  readonly loader?: string
  /** Completed batches of this loader. */
  readonly evaluated: number
  /** All batches of this loader after limits, if known. */
  readonly total?: number
}

interface WithOutput {
  /** What the step returned as `output`, or all that `predictStep` returned; not in streams. */
  readonly output: unknown
}

/** What taps of `configure` receive. */
export interface ConfigurePayload extends Staged {}
/** What taps of `setup` receive. */
export interface SetupPayload extends Staged {
  /** The run that begins: its module, variables, optimizers and options. */
  readonly run: RunInfo
}
/** What taps of `loadState` receive. */
export interface LoadStatePayload {
  /** The snapshot that was restored; not in streams. */
  readonly snapshot: Snapshot
}
/** What taps of `sanityStart` receive. */
export interface SanityStartPayload extends Counters {}
/** What taps of `sanityEnd` receive. */
export interface SanityEndPayload extends Ended {}
/** What taps of `fitStart` receive. */
export interface FitStartPayload extends Counters {}
/** What taps of `fitEnd` receive; `metrics` has the latest value of each metric. */
export interface FitEndPayload extends Measured {
  /** Why the run ended; `undefined` if it failed. */
  readonly stop: StopReason | undefined
}
/** What taps of `epochStart` receive. */
export interface EpochStartPayload extends Counters {}
/** What taps of `epochEnd` receive. */
export interface EpochEndPayload extends Measured {}
/** What taps of `batch` receive. */
export interface BatchPayload extends Staged {}
/** What taps of `batchStart` receive. */
export interface BatchStartPayload extends WithBatch {}
/** What taps of `batchEnd` receive. */
export interface BatchEndPayload extends Measured, WithBatch {}
/** What taps of `loss` receive. */
export interface LossPayload extends OfOptimizer {}
/** What taps of `gradients` receive. */
export interface GradientsPayload extends OfOptimizer {
  /** Whether the batch is the last of its epoch. */
  readonly isLastBatch: boolean
  /** Samples in the batch, if known. */
  readonly batchSize: number | undefined
}
/** What taps of `stepStart` receive. */
export interface StepStartPayload extends OfOptimizer {}
/** What taps of `stepEnd` receive. */
export interface StepEndPayload extends OfOptimizer, Ended {}
/** What taps of `validationStart` receive. */
export interface ValidationStartPayload extends OfEvaluation {}
/** What taps of `validationBatchStart` receive. */
export interface ValidationBatchStartPayload extends OfEvaluationBatch {}
/** What taps of `validationBatchEnd` receive. */
export interface ValidationBatchEndPayload
  extends OfEvaluationBatch,
    Measured,
    WithOutput {}
/** What taps of `validationEnd` receive. */
export interface ValidationEndPayload extends OfEvaluation, Measured {}
/** What taps of `testStart` receive. */
export interface TestStartPayload extends OfEvaluation {}
/** What taps of `testBatchStart` receive. */
export interface TestBatchStartPayload extends OfEvaluationBatch {}
/** What taps of `testBatchEnd` receive. */
export interface TestBatchEndPayload extends OfEvaluationBatch, Measured, WithOutput {}
/** What taps of `testEnd` receive. */
export interface TestEndPayload extends OfEvaluation, Measured {}
/** What taps of `predictStart` receive. */
export interface PredictStartPayload extends OfEvaluation {}
/** What taps of `predictBatchStart` receive. */
export interface PredictBatchStartPayload extends OfEvaluationBatch {}
/** What taps of `predictBatchEnd` receive. */
export interface PredictBatchEndPayload extends OfEvaluationBatch, Measured, WithOutput {}
/** What taps of `predictEnd` receive. */
export interface PredictEndPayload extends OfEvaluation, Measured {}

/** What taps of `monitor` receive, after a validation, an epoch, or both. */
export interface MonitorPayload {
  /** The metrics of the validation, the epoch, or both. */
  readonly metrics: Metrics
  /** Whether a validation has just ended. */
  readonly validation: boolean
  /** Whether an epoch has just ended. */
  readonly epoch: boolean
  /** The run's progress. */
  readonly counters: Counters
}
/** `boundary` after a validation or epoch, `requested` by a plugin, `interrupted` by a signal. */
export type SaveReason = 'boundary' | 'requested' | 'interrupted'
/** What taps of `save` receive. */
export interface SavePayload extends MonitorPayload {
  /** Why to save: `boundary`, `requested` or `interrupted`. */
  readonly reason: SaveReason
  /** Copies the whole state of the fit; not in streams. */
  readonly snapshot: () => Promise<Snapshot>
}
/** What watchers of `record` receive. */
export interface RecordEventPayload {
  /** The record, as loggers receive it. */
  readonly record: LogRecord
}
/** What taps of `saveState` receive. */
export interface SaveStatePayload extends Counters {}
/** What taps of `error` receive. */
export interface ErrorPayload extends Counters {
  /** The first error, with plugin and hook if they are known. */
  readonly error: RegimenError
}
/** What taps of `teardown` receive. */
export interface TeardownPayload extends Staged, Ended {}
