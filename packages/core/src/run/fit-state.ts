import type { Optimizer, Variable } from '@tensorflow/tfjs-core'
import type { BatchCursor } from '../data/batch-cursor.js'
import type { FitData, LoaderTraits } from '../data/batch-source.js'
import type { LoaderPosition } from '../data/loader-position.js'
import { fail } from '../floor/errors.js'
import { MetricLog } from '../metrics/metric-log.js'
import type { Metric, Numbers } from '../metrics/metrics.js'
import type { StepRunner } from '../plugins/step-runner.js'
import { ownersOf } from '../state/optimizer-owners.js'
import type { Phase } from '../state/phase.js'
import type { HistoryRow } from './fit-result.js'
import type { Session } from './session.js'

/** What a fit is made of. */
export interface FitParts {
  readonly session: Session
  readonly data: FitData<unknown>
  /** The optimizers by name; `main` where there is only one. */
  readonly optimizers: Readonly<Record<string, Optimizer>>
  /** Batches of an epoch, where that is known before a loader is opened. */
  readonly trainBatches: number | undefined
  /** Forward and backward pass, in everything that plugins wrapped around them. */
  readonly runner: StepRunner
}

/**
 * What a fit is doing, as far as it matters for a snapshot: `opening` until the fit has its state;
 * `batch` from a batch's beginning to its `stepEnd`; `batchEnd`, `fitStart` and `save` in these hooks;
 * `between` everywhere else.
 */
export type Activity = 'opening' | 'between' | 'batch' | 'batchEnd' | 'fitStart' | 'save'

/** Where a training loader stood when it was closed. */
interface ClosedLoader {
  /** In the epoch; `undefined` where that was not kept. */
  readonly inEpoch: LoaderPosition | undefined
  /** Where its next epoch begins. */
  readonly next: LoaderPosition | undefined
}

/** A fit: its data, its optimizers, its metrics and where it stands. */
export class FitState {
  readonly session: Session
  readonly data: FitData<unknown>
  readonly optimizers: Readonly<Record<string, Optimizer>>
  readonly optimizerNames: readonly string[]
  readonly runner: StepRunner
  readonly isManual: boolean
  /** The optimizer of each variable by tfjs' name, where there are several and none is manual. */
  readonly owners: ReadonlyMap<string, string> | undefined
  readonly state: Session['state']
  readonly hooks: Session['hooks']
  readonly table: Session['table']
  /** The module's variables. */
  readonly variables: readonly Variable[]
  /** What steps receive. */
  readonly context: ReturnType<Session['stepContext']>
  /** Whether there is anything to validate with. */
  readonly isValidated: boolean
  readonly history: HistoryRow[] = []
  /** The newest value of every metric. */
  readonly results: Record<string, number> = {}
  /** The metrics of the current epoch. */
  epochLog: MetricLog
  /** Values of the validation at this boundary by each of their names, if there was one. */
  validated: Numbers | undefined
  /** Values of the newest validation in this epoch, as its history row reports them. */
  validatedInEpoch: Numbers | undefined

  /** When it began, as if the runs that it resumes had been just before. */
  startedAt = performance.now()
  /** When training ended; `undefined` while it runs. */
  endedAt: number | undefined

  phase: Phase = 'betweenEpochs'
  activity: Activity = 'opening'
  /** `state.step` before the batch under way, which adds one however many optimizers it has. */
  stepBeforeBatch = 0
  /** Whether the batch under way is the last of its epoch; known only where `gradients` is tapped. */
  isLastBatch = false
  /** Whether it was said that a stop request waits for `minEpochs` or `minSteps`. */
  hasNotedRequest = false

  /** Batches of an epoch, once that is known. */
  trainBatches: number | undefined
  /** The training loader while its epoch is read. */
  cursor: BatchCursor | undefined
  /** Where the training loader stands while it is closed; `undefined` before it was opened. */
  closedLoader: ClosedLoader | undefined
  /** Where the training loader of a resumed run begins. */
  resumedLoader: LoaderPosition | undefined
  /** The loader that a function made for the newest epoch, where it has a position. */
  newestLoader: LoaderTraits | undefined
  hasSaidSameLoader = false

  constructor({ session, data, optimizers, trainBatches, runner }: FitParts) {
    const { module, options } = session
    this.session = session
    this.data = data
    this.optimizers = optimizers
    this.optimizerNames = Object.keys(optimizers)
    this.trainBatches = trainBatches
    this.runner = runner
    this.state = session.state
    this.hooks = session.hooks
    this.table = session.table
    this.variables = Object.values(session.table.byName)
    this.context = session.stepContext(true)
    this.isManual = module.automaticOptimization === false
    const isDivided = !this.isManual && this.optimizerNames.length > 1
    this.owners = isDivided ? ownersOf(this.table, this.optimizerNames) : undefined
    const canValidate = module.validationStep !== undefined && options.limitBatches.validation > 0
    this.isValidated = canValidate && data.validation !== undefined
    this.epochLog = this.newLog()
  }

  /** The metrics of an epoch, which check the loss as soon as it is read. */
  newLog(stamp = 0, saved: readonly Metric[] = []): MetricLog {
    const { metricNames: names } = this.session
    return new MetricLog({ source: 'training', names, watchLoss: this.checkLoss, stamp, saved })
  }

  /** @throws REG_LOSS_NOT_FINITE */
  readonly checkLoss = (loss: number, batch = this.epochLog.stamp): void => {
    if (Number.isFinite(loss)) return
    const { epoch, step } = this.state
    const { stamp } = this.epochLog
    const noticed = batch === stamp ? '' : ` (noticed after batch ${stamp})`
    fail('REG_LOSS_NOT_FINITE.step', { loss, batch, noticed, epoch: epoch + 1, step })
  }

  /** Fetches the metrics that wait on the device. @throws REG_LOSS_NOT_FINITE */
  flush(): Promise<void> {
    return this.session.reading(this.epochLog, () => this.epochLog.flush())
  }

  /** Milliseconds of training so far, those of the runs that it resumes included. */
  elapsedMs(): number {
    return (this.endedAt ?? performance.now()) - this.startedAt
  }

  /**
   * Position of the training loader: in its epoch, or where the next one begins; `undefined` where it
   * is not known.
   */
  loaderPosition({ isMidEpoch }: { readonly isMidEpoch: boolean }): LoaderPosition | undefined {
    if (this.cursor) return this.cursor.position(this.state.batch)
    if (this.closedLoader) return isMidEpoch ? this.closedLoader.inEpoch : this.closedLoader.next
    const { state }: LoaderTraits = this.data.train as LoaderTraits
    return { state: state?.call(this.data.train) ?? null, batch: 0 }
  }

  /** Ends the time of training; later calls do nothing. */
  close(): void {
    this.endedAt ??= performance.now()
    this.epochLog.dispose()
  }
}
