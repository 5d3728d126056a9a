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
import { StepReporter } from './step-reporter.js'

/** What a fit starts with. */
export interface FitInput {
  readonly session: Session
  readonly data: FitData<unknown>
  /** The optimizers by name; a single one is called `main`. */
  readonly optimizers: Readonly<Record<string, Optimizer>>
  /** Batches per epoch, if known before a loader is opened. */
  readonly trainBatches: number | undefined
  /** Forward and backward pass, with all wrappers of plugins. */
  readonly runner: StepRunner
}

/**
 * What a fit is doing, as far as it matters for a snapshot: `opening` until the fit has its state;
 * `batch` from the beginning of a batch to its `stepEnd`; `batchEnd`, `fitStart` and `save` in these
 * hooks; `between` at all other times.
 */
export type Activity = 'opening' | 'between' | 'batch' | 'batchEnd' | 'fitStart' | 'save'

/** The positions of a training loader when it was closed. */
interface ClosedLoader {
  /** In the epoch; `undefined` if it was not kept. */
  readonly inEpoch: LoaderPosition | undefined
  /** At the beginning of the next epoch. */
  readonly next: LoaderPosition | undefined
}

/** A fit: its data, its optimizers, its metrics and its progress. */
export class FitState {
  readonly session: Session
  readonly data: FitData<unknown>
  readonly optimizers: Readonly<Record<string, Optimizer>>
  readonly optimizerNames: readonly string[]
  readonly runner: StepRunner
  readonly isManual: boolean
  /** The optimizer of each variable, by tfjs' name; only for several optimizers in automatic steps. */
  readonly owners: ReadonlyMap<string, string> | undefined
  readonly state: Session['state']
  readonly hooks: Session['hooks']
  readonly table: Session['table']
  /** The module's variables. */
  readonly variables: readonly Variable[]
  /** Where forward passes report to. */
  readonly reports = new StepReporter(this)
  /** What steps receive. */
  readonly context: ReturnType<Session['stepContext']>
  /** Whether the fit has validation data and a validationStep. */
  readonly isValidated: boolean
  readonly history: HistoryRow[] = []
  /** The latest value of every metric. */
  readonly results: Record<string, number> = {}
  /** The metrics of the current epoch. */
  epochLog: MetricLog
  /** Values of the validation at this boundary, by each of their names, if one was run. */
  validated: Numbers | undefined
  /** Values of the latest validation in this epoch, as its history row reports them. */
  validatedInEpoch: Numbers | undefined

  /** When it began, in ms; earlier by the time that the resumed runs took. */
  startedAt = performance.now()
  /** When training ended; `undefined` while it runs. */
  endedAt: number | undefined

  phase: Phase = 'betweenEpochs'
  activity: Activity = 'opening'
  /** `state.step` before the current batch, which adds one for any number of optimizers. */
  stepBeforeBatch = 0
  /** Whether the current batch is the last of its epoch; known only if `gradients` is tapped. */
  isLastBatch = false
  /** Whether it was reported that a stop request waits for `minEpochs` or `minSteps`. */
  hasNotedRequest = false

  /** Batches per epoch, once known. */
  trainBatches: number | undefined
  /** The training loader while its epoch is read. */
  cursor: BatchCursor | undefined
  /** Positions of the training loader while it is closed; `undefined` before it was opened. */
  closedLoader: ClosedLoader | undefined
  /** Position at which the training loader of a resumed run begins. */
  resumedLoader: LoaderPosition | undefined
  /** The loader that a function made for the latest epoch, if it has a position. */
  latestLoader: LoaderTraits | undefined
  hasWarnedOfSameLoader = false

  constructor({ session, data, optimizers, trainBatches, runner }: FitInput) {
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
    session.stepReports = this.reports
    this.isManual = module.automaticOptimization === false
    const isDivided = !this.isManual && this.optimizerNames.length > 1
    this.owners = isDivided ? ownersOf(this.table, this.optimizerNames) : undefined
    const canValidate =
      module.validationStep !== undefined && options.limitBatches.validation > 0
    this.isValidated = canValidate && data.validation !== undefined
    this.epochLog = this.newLog()
  }

  /** The metrics of an epoch; they check each loss as soon as it is read. */
  newLog(stamp = 0, saved: readonly Metric[] = []): MetricLog {
    const { metricNames: names } = this.session
    return new MetricLog({
      source: 'training',
      names,
      watchLoss: this.checkLoss,
      stamp,
      saved,
    })
  }

  /** @throws REG_LOSS_NOT_FINITE */
  readonly checkLoss = (loss: number, batch = this.epochLog.stamp): void => {
    if (Number.isFinite(loss)) return
    const { epoch, step } = this.state
    const { stamp } = this.epochLog
    const hint = batch === stamp ? '' : ` (noticed after batch ${stamp})`
    fail('REG_LOSS_NOT_FINITE.step', { loss, batch, hint, epoch: epoch + 1, step })
  }

  /** Downloads the metrics that are still on the device. @throws REG_LOSS_NOT_FINITE */
  flush(): Promise<void> {
    return this.session.reading(this.epochLog, () => this.epochLog.flush())
  }

  /** Completes the metrics of the epoch. @throws REG_LOSS_NOT_FINITE */
  async complete(): Promise<void> {
    await this.flush()
    await this.epochLog.complete()
  }

  /** Milliseconds of training so far, including those of the resumed runs. */
  elapsedMs(): number {
    return (this.endedAt ?? performance.now()) - this.startedAt
  }

  /**
   * Position of the training loader: in its epoch, or at the beginning of the next; `undefined` if it
   * is not known.
   */
  loaderPosition({
    isMidEpoch,
  }: {
    readonly isMidEpoch: boolean
  }): LoaderPosition | undefined {
    if (this.cursor) return this.cursor.position(this.state.batch)
    if (this.closedLoader)
      return isMidEpoch ? this.closedLoader.inEpoch : this.closedLoader.next
    const train = this.data.train as LoaderTraits
    return { state: train.state?.() ?? null, batch: 0 }
  }

  /** Stops the clock of training and disposes of the metrics; later calls do nothing. */
  close(): void {
    this.endedAt ??= performance.now()
    this.epochLog.dispose()
  }
}
