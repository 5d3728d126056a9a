import type { Optimizer, Variable } from '@tensorflow/tfjs-core'
import type { DataSource, DataSources, FitData, LoaderTraits } from './batch-source.js'
import { saveBoundary } from './boundary.js'
import { RegimenError } from './errors.js'
import { evaluate } from './evaluate.js'
import type { ScheduleState } from './every.js'
import type { Json } from './json.js'
import type { CellState } from './metric-cell.js'
import { MetricLog } from './metric-log.js'
import { SlotOrder } from './optimizer-slots.js'
import { Run, type RunParts } from './run.js'
import type { Position } from './snapshot.js'
import type { PluginStates } from './snapshot-io.js'
import { MutableStepContext } from './step-context.js'
import type { StopReason } from './stop.js'
import type { StepRunner } from './train-step.js'
import { divideVariables } from './variables.js'

/** One row of `result.history`: the 0-based epoch and its metrics. */
export type HistoryRow = Readonly<Record<string, number>> & { readonly epoch: number }

/** Where a resumed run begins. */
export interface ResumePoint {
  readonly position: Position
  readonly metrics: readonly CellState[]
  readonly loader: Json
}

/** What a fit needs besides what every run needs. */
export interface FitParts extends RunParts {
  readonly data: FitData<unknown>
  readonly optimizers: Readonly<Record<string, Optimizer>>
  readonly runner: StepRunner
  readonly pluginStates: PluginStates
}

/** A fit: its optimizers, its metrics and where it stands. */
export class FitRun extends Run {
  readonly train: DataSource<unknown>
  readonly validation: DataSources<unknown> | undefined
  readonly optimizers: Readonly<Record<string, Optimizer>>
  readonly owners: ReadonlyMap<string, string> | undefined
  readonly runner: StepRunner
  readonly pluginStates: PluginStates
  readonly variables: readonly Variable[]
  readonly optimizerNames: readonly string[]
  /** The context that training steps are given. */
  readonly context: MutableStepContext
  readonly slotOrders = new Map<string, SlotOrder>()
  readonly history: HistoryRow[] = []
  /** The newest value of every metric. */
  readonly results = new Map<string, number>()
  readonly validationSchedule: ScheduleState
  readonly logSchedule: ScheduleState
  readonly startedAt = performance.now()
  /** The metrics of the current epoch. */
  log: MetricLog
  /** When training ended; `undefined` while it goes on. */
  endedAt: number | undefined
  /** Milliseconds of training in runs before this one. */
  elapsedBefore = 0
  resume: ResumePoint | undefined
  isInEpoch = false
  isBoundaryPending = false
  /** Whether a step is under way, so that no snapshot can be taken. */
  isInBatch = false
  /** Whether the epoch was cut short by a limit and goes on when resumed. */
  isCut = false
  isSaveRequested = false
  /** Batches of an epoch, once a loader told. */
  trainBatches: number | undefined
  /** Values of the validation at this boundary, if there was one. */
  validated: Map<string, number> | undefined
  /** Values of the newest validation in this epoch. */
  validatedInEpoch: Map<string, number> | undefined
  /** Whether all batches of the epoch were used. */
  isDataOver = false
  /** Position of the training loader: in the epoch, or where the next one begins. */
  loaderState: (isInEpoch: boolean) => Json
  #safeStep = 0

  constructor(parts: FitParts) {
    super(parts)
    this.train = parts.data.train
    this.validation = parts.data.validation
    this.optimizers = parts.optimizers
    this.optimizerNames = Object.keys(parts.optimizers)
    this.runner = parts.runner
    this.pluginStates = parts.pluginStates
    this.variables = Object.values(parts.table.byName)
    this.owners = this.isManual ? undefined : divideVariables(parts.optimizers, parts.table)
    for (const name of Object.keys(parts.optimizers)) this.slotOrders.set(name, new SlotOrder())
    this.validationSchedule = { lastStep: 0, lastAt: this.startedAt }
    this.logSchedule = { lastStep: 0, lastAt: this.startedAt }
    this.context = new MutableStepContext(this, true)
    this.log = this.newLog()
    this.loaderState = () => idleState(this.train)
  }

  get isManual(): boolean {
    return this.module.automaticOptimization === false
  }

  /** Whether there is anything to validate with. */
  get canValidate(): boolean {
    return (
      this.validation !== undefined &&
      this.module.validationStep !== undefined &&
      this.options.limitBatches.validation > 0
    )
  }

  /** Milliseconds of training so far, those of resumed runs included. */
  elapsedMs(now: number): number {
    return this.elapsedBefore + now - this.startedAt
  }

  /** The metrics of a new epoch, which check the loss as soon as it is read. */
  newLog(firstBatch = 0): MetricLog {
    this.#safeStep = firstBatch
    return new MetricLog((loss, stamp) => this.checkLoss(loss, stamp), firstBatch)
  }

  /** Why the run is over, if it is. A plugin's wish waits for the minima. */
  stopReason(now: number): StopReason | undefined {
    const { options, state, latch } = this
    const isPastMinima = state.epoch >= options.minEpochs && state.step >= options.minSteps
    if (latch.requested && isPastMinima) return latch.requested
    if (state.epoch >= options.maxEpochs) return { kind: 'maxEpochs' }
    if (state.step >= options.maxSteps) return { kind: 'maxSteps' }
    if (this.elapsedMs(now) >= options.maxSeconds * 1000) return { kind: 'maxSeconds' }
    return undefined
  }

  /** Where the run stands, for a snapshot. */
  get position(): Position {
    const { epoch, batch, step, samples, validations } = this.state
    const isOpen = this.isInEpoch || this.isCut
    return {
      epoch: this.isCut ? epoch - 1 : epoch,
      batch: isOpen ? batch : 0,
      step,
      samples,
      validations,
      isInEpoch: isOpen,
      isBoundaryPending: isOpen && this.isBoundaryPending,
      isDataOver: isOpen && this.isDataOver,
    }
  }

  /** @throws REG_LOSS_NOT_FINITE */
  checkLoss(loss: number, stamp = this.log.stamp): void {
    if (Number.isFinite(loss)) return
    const first = this.#safeStep + 1
    const last = this.log.stamp
    const steps =
      first === last ? `batch ${last}` : `batches ${first} to ${last}, first in ${stamp}`
    throw new RegimenError(
      'REG_LOSS_NOT_FINITE',
      `The loss is ${loss} in ${steps} of epoch ${this.state.epoch + 1}, after ${this.state.step} optimizer steps. Lower the learning rate, look for log(0) or division by zero in the loss, or check the data for NaN.`,
    )
  }

  /**
   * Validates now.
   *
   * @returns false where the signal interrupted it; the state has been saved then
   */
  async validate(): Promise<boolean> {
    if (!this.canValidate) return true
    const { isInterrupted, values } = await evaluate(this, {
      kind: 'validation',
      sources: this.validation as DataSources<unknown>,
      limit: this.options.limitBatches.validation,
      isSanityCheck: false,
      onInterrupted: () => saveBoundary(this, 'interrupted', { validation: false, epoch: false }),
    })
    this.book.openTraining(this.log)
    if (isInterrupted) return false
    this.validated = values
    this.validatedInEpoch = values
    this.validationSchedule.lastStep = this.state.step
    this.validationSchedule.lastAt = performance.now()
    for (const [name, value] of values) this.results.set(name, value)
    return true
  }

  /** Adds the row of the epoch that has just ended; an epoch that was gone on with replaces its first part. */
  addHistoryRow(values: ReadonlyMap<string, number>): void {
    const epoch = this.state.epoch - 1
    const row = {
      ...Object.fromEntries(values),
      ...Object.fromEntries(this.validatedInEpoch ?? []),
      epoch,
    }
    if (this.history.at(-1)?.epoch === epoch) this.history.pop()
    this.history.push(row)
  }

  /** Notes that every loss so far was read and finite. */
  markSafe(): void {
    this.#safeStep = this.log.stamp
  }
}

/** What a loader tells of itself while nobody goes through it. */
function idleState(source: DataSource<unknown>): Json {
  return typeof source === 'function' ? null : ((source as LoaderTraits).state?.() ?? null)
}
