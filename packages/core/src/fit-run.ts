import type { Optimizer, Variable } from '@tensorflow/tfjs-core'
import type { DataSources, FitData, LoaderTraits } from './batch-source.js'
import { RegimenError } from './errors.js'
import { evaluate } from './evaluate.js'
import type { ScheduleState } from './every.js'
import type { Json } from './json.js'
import type { SaveReason } from './lifecycle.js'
import type { MetricState } from './metric.js'
import { MetricLog } from './metric-log.js'
import { finalMetrics } from './metrics.js'
import { quote } from './nearest.js'
import { SlotOrder } from './optimizer-slots.js'
import { type MutableStepContext, Run, type RunParts } from './run.js'
import { at } from './run-state.js'
import type { Position } from './snapshot.js'
import { collectSnapshot, type PluginStates } from './snapshot-io.js'
import type { StopReason } from './stop.js'
import type { StepRunner } from './train-step.js'
import { isOwnedBy } from './variables.js'

/** One row of `result.history`: the 0-based epoch and its metrics. */
export type HistoryRow = Readonly<Record<string, number>> & { readonly epoch: number }

/** Where a resumed run begins. */
export interface ResumePoint {
  readonly position: Position
  readonly metrics: readonly MetricState[]
  readonly loader: Json
}

/** What a fit needs besides what every run needs. */
export interface FitParts {
  readonly data: FitData<unknown>
  readonly optimizers: Readonly<Record<string, Optimizer>>
  readonly runner: StepRunner
  readonly plugins: PluginStates
}

/** A fit: its optimizers, its metrics and where it stands. */
export class FitRun extends Run {
  readonly fit: FitParts
  readonly optimizerNames: readonly string[]
  readonly slotOrders: ReadonlyMap<string, SlotOrder>
  /** The optimizer of each variable by tfjs' name, where there are several and none is manual. */
  readonly owners: ReadonlyMap<string, string> | undefined
  readonly variables: readonly Variable[]
  readonly context: MutableStepContext
  readonly history: HistoryRow[] = []
  /** The newest value of every metric. */
  readonly results = new Map<string, number>()
  readonly startedAt = performance.now()
  readonly validationSchedule: ScheduleState = { lastStep: 0, lastAt: this.startedAt }
  readonly logSchedule: ScheduleState = { lastStep: 0, lastAt: this.startedAt }
  /** The metrics of the current epoch. */
  epochLog = this.newLog(0)
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
  /** Whether all batches of the epoch were used. */
  isDataOver = false
  isSaveRequested = false
  /** Batches of an epoch, once a loader told. */
  trainBatches: number | undefined
  /** Values of the validation at this boundary, if there was one. */
  validated: ReadonlyMap<string, number> | undefined
  /** Values of the newest validation in this epoch. */
  validatedInEpoch: ReadonlyMap<string, number> | undefined
  /** Position of the training loader: in the epoch, or where the next one begins. */
  loaderState: (isInEpoch: boolean) => Json

  constructor(parts: RunParts, fit: FitParts) {
    super(parts)
    this.fit = fit
    this.optimizerNames = Object.keys(fit.optimizers)
    this.slotOrders = new Map(this.optimizerNames.map((name) => [name, new SlotOrder()]))
    this.variables = Object.values(parts.table.byName)
    this.owners = this.isManual || this.optimizerNames.length === 1 ? undefined : this.#divide()
    this.context = this.stepContext(true)
    const { train } = fit.data
    this.loaderState = () =>
      typeof train === 'function' ? null : ((train as LoaderTraits).state?.() ?? null)
  }

  get isManual(): boolean {
    return this.parts.module.automaticOptimization === false
  }

  /** Whether there is anything to validate with. */
  get canValidate(): boolean {
    const { module, options } = this.parts
    const hasData = this.fit.data.validation !== undefined && options.limitBatches.validation > 0
    return hasData && module.validationStep !== undefined
  }

  /** Milliseconds of training so far, those of resumed runs included. */
  get elapsedMs(): number {
    return this.elapsedBefore + (this.endedAt ?? performance.now()) - this.startedAt
  }

  /** The metrics of a new epoch, which check the loss as soon as it is read. */
  newLog(batches: number): MetricLog {
    return new MetricLog('training', (loss, batch) => this.checkLoss(loss, batch), batches)
  }

  /** Why the run is over, if it is. A plugin's wish waits for the minima. */
  get stopReason(): StopReason | undefined {
    const { state } = this
    const { options, latch } = this.parts
    const isPastMinima = state.epoch >= options.minEpochs && state.step >= options.minSteps
    if (latch.requested && isPastMinima) return latch.requested
    if (state.epoch >= options.maxEpochs) return { kind: 'maxEpochs' }
    if (state.step >= options.maxSteps) return { kind: 'maxSteps' }
    if (options.maxSeconds === Number.POSITIVE_INFINITY) return undefined
    return this.elapsedMs >= options.maxSeconds * 1000 ? { kind: 'maxSeconds' } : undefined
  }

  /** Where the run stands, for a snapshot. */
  get position(): Position {
    const { epoch, batch, step, samples, validations } = this.state
    const isInEpoch = this.isInEpoch || this.isCut
    return {
      epoch: this.isCut ? epoch - 1 : epoch,
      batch: isInEpoch ? batch : 0,
      step,
      samples,
      validations,
      isInEpoch,
      isBoundaryPending: isInEpoch && this.isBoundaryPending,
      isDataOver: isInEpoch && this.isDataOver,
    }
  }

  /** Validates now. @returns false where the signal interrupted it; the state has been saved then */
  async validate(): Promise<boolean> {
    if (!this.canValidate) return true
    const { isInterrupted, values } = await evaluate(this, {
      kind: 'validation',
      sources: this.fit.data.validation as DataSources<unknown>,
      limit: this.parts.options.limitBatches.validation,
      onInterrupted: () => this.save('interrupted'),
    })
    this.activeLog = this.epochLog
    if (isInterrupted) return false
    this.validated = values
    this.validatedInEpoch = values
    this.validationSchedule.lastStep = this.state.step
    this.validationSchedule.lastAt = performance.now()
    for (const [name, value] of values) this.results.set(name, value)
    return true
  }

  /** monitor, then save, after a validation, an epoch, or both. */
  async boundary(training: ReadonlyMap<string, number>, epoch: boolean): Promise<void> {
    const validation = this.validated !== undefined
    const values = new Map([...training, ...(this.validated ?? [])])
    const { validations, epoch: epochs } = this.state
    const origin = validation ? `validation ${validations}` : `epoch ${epochs}`
    const metrics = finalMetrics(values, [], origin)
    await this.emit('monitor', { validation, epoch, counters: at(this.state, {}), metrics })
    await this.save('boundary', { validation, epoch, metrics })
    this.validated = undefined
  }

  /** save: every state and metric is fresh, and every loss so far was read and finite. */
  async save(
    reason: SaveReason,
    what = {
      validation: false,
      epoch: false,
      metrics: finalMetrics(this.epochLog.values(false), [], 'the epoch so far'),
    },
  ): Promise<void> {
    this.isSaveRequested = false
    const snapshot = () => collectSnapshot(this)
    await this.emit('save', { ...what, reason, counters: at(this.state, {}), snapshot })
  }

  /** Fetches the metrics that wait on the device. @throws REG_LOSS_NOT_FINITE */
  async flush(): Promise<void> {
    await this.epochLog.flush()
  }

  /** @throws REG_LOSS_NOT_FINITE */
  checkLoss(loss: number, batch = this.epochLog.stamp): void {
    if (Number.isFinite(loss)) return
    const { stamp } = this.epochLog
    const where = `batch ${batch}${batch === stamp ? '' : ` (noticed after batch ${stamp})`}`
    const when = `${where} of epoch ${this.state.epoch + 1}, after ${this.state.step} steps`
    const advice =
      'Lower the learning rate, look for log(0) or 0/0 in the loss and for NaN in the data.'
    throw new RegimenError('REG_LOSS_NOT_FINITE', `The loss is ${loss} in ${when}. ${advice}`)
  }

  #divide(): ReadonlyMap<string, string> {
    const owners = Object.entries(this.parts.table.byName).map(([name, variable]) => {
      const owner = this.optimizerNames.find((optimizer) => isOwnedBy(name, optimizer))
      if (owner !== undefined || !variable.trainable) return [variable.name, owner ?? ''] as const
      const text = `Variable ${quote(name)} belongs to none of ${this.optimizerNames.map(quote)}`
      const advice = 'begin its name with that of an optimizer and "/"'
      throw new RegimenError('REG_OPTIMIZER_INVALID', `${text}; ${advice}.`)
    })
    return new Map(owners)
  }
}
