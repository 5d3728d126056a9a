import type { Optimizer, Variable } from '@tensorflow/tfjs-core'
import type { DataSources, FitData, LoaderTraits } from './batch-source.js'
import { fail } from './errors.js'
import { evaluate } from './evaluate.js'
import type { ScheduleState } from './every.js'
import type { Json } from './json.js'
import type { SaveReason } from './lifecycle.js'
import type { MetricState } from './metric.js'
import { MetricLog } from './metric-log.js'
import { finalMetrics, type Metrics } from './metrics.js'
import { SlotOrder } from './optimizer-slots.js'
import { type MutableStepContext, Run, type RunParts } from './run.js'
import { at, type StopReason } from './run-state.js'
import { collectSnapshot, type Position } from './snapshot.js'
import { runStep, type StepRunner } from './train-step.js'
import { ownersOf } from './variables.js'

/** One row of `result.history`: the 0-based epoch and its metrics. */
export type HistoryRow = Readonly<Record<string, number>> & { readonly epoch: number }
type Values = ReadonlyMap<string, number>

/** Where a resumed run begins. */
export interface ResumePoint {
  readonly position: Position
  readonly metrics: readonly MetricState[]
  readonly loader: Json
  readonly validated: Values | undefined
}

/** A fit: its data, its optimizers, its metrics and where it stands. */
export class FitRun extends Run {
  readonly optimizerNames: readonly string[]
  readonly slotOrders: ReadonlyMap<string, SlotOrder>
  /** The optimizer of each variable by tfjs' name, where there are several and none is manual. */
  readonly owners: ReadonlyMap<string, string> | undefined
  readonly variables: readonly Variable[]
  readonly context: MutableStepContext
  /** The heart of a step inside everything that plugins wrapped around it. */
  readonly runner: StepRunner
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
  /** Whether a validation that may be due after the last batch is still to be done. */
  isBoundaryPending = false
  /** Whether a step is under way, so that no snapshot can be taken. */
  isInBatch = false
  /** Whether the epoch was cut short by a limit and goes on when resumed. */
  isCut = false
  /** Whether all batches of the epoch were used. */
  isDataOver = false
  isSaveRequested = false
  /** Whether the batch under way is the last of its epoch; known only where `gradients` is tapped. */
  isLastBatch = false
  /** Batches of an epoch, once a loader told. */
  trainBatches: number | undefined
  /** Values of the validation at this boundary, if there was one. */
  validated: Values | undefined
  /** Values of the newest validation in this epoch. */
  validatedInEpoch: Values | undefined
  /** Position of the training loader: in the epoch, or where the next one begins. */
  loaderState: (isInEpoch: boolean) => Json

  constructor(
    parts: RunParts,
    readonly data: FitData<unknown>,
    readonly optimizers: Readonly<Record<string, Optimizer>>,
  ) {
    super(parts)
    const { host, table } = parts
    const { train } = data
    this.optimizerNames = Object.keys(optimizers)
    this.slotOrders = new Map(this.optimizerNames.map((name) => [name, new SlotOrder()]))
    this.variables = Object.values(table.byName)
    const isDivided = !this.isManual && this.optimizerNames.length > 1
    this.owners = isDivided ? ownersOf(table, this.optimizerNames) : undefined
    this.context = this.stepContext(true)
    this.runner = host.wrapped(runStep)
    this.loaderState = () =>
      typeof train === 'function' ? null : ((train as LoaderTraits).state?.() ?? null)
  }

  get isManual(): boolean {
    return this.parts.module.automaticOptimization === false
  }

  /** Whether there is anything to validate with. */
  get canValidate(): boolean {
    const { module, options } = this.parts
    const hasData = this.data.validation !== undefined && options.limitBatches.validation > 0
    return hasData && module.validationStep !== undefined
  }

  /** Milliseconds of training so far, those of resumed runs included. */
  get elapsedMs(): number {
    return this.elapsedBefore + (this.endedAt ?? performance.now()) - this.startedAt
  }

  /** Why the run is over, if it is. A plugin's wish waits for the minima. */
  get stopReason(): StopReason | undefined {
    const { epoch, step } = this.state
    const { options, latch } = this.parts
    const isPastMinima = epoch >= options.minEpochs && step >= options.minSteps
    if (latch.requested && isPastMinima) return latch.requested
    if (step >= options.maxSteps) return { kind: 'maxSteps' }
    const isTimed = options.maxSeconds < Number.POSITIVE_INFINITY
    if (isTimed && this.elapsedMs >= options.maxSeconds * 1000) return { kind: 'maxSeconds' }
    return epoch >= options.maxEpochs ? { kind: 'maxEpochs' } : undefined
  }

  /** Where the run stands, for a snapshot. */
  get position(): Position {
    const { epoch, batch } = this.state
    const isInEpoch = this.isInEpoch || this.isCut
    const isBoundaryPending = isInEpoch && this.isBoundaryPending
    const isDataOver = isInEpoch && this.isDataOver
    const position = at(this.state, { isInEpoch, isBoundaryPending, isDataOver })
    return { ...position, epoch: this.isCut ? epoch - 1 : epoch, batch: isInEpoch ? batch : 0 }
  }

  /** The metrics of a new epoch, which check the loss as soon as it is read. */
  newLog(batches: number): MetricLog {
    return new MetricLog('training', batches, (loss, batch) => this.checkLoss(loss, batch))
  }

  /** What hooks log from now on is a metric of no whole epoch: it is taken, and left out. */
  leaveOut(): void {
    this.activeLog = this.newLog(0)
    this.activeLog.finish('the epoch so far')
  }

  /** Validates now. @returns false where the signal interrupted it; the state has been saved then */
  async validate(): Promise<boolean> {
    if (!this.canValidate) return true
    const { outcome, result } = await evaluate(this, {
      kind: 'validation',
      sources: this.data.validation as DataSources<unknown>,
      limit: this.parts.options.limitBatches.validation,
      onInterrupted: () => this.save('interrupted'),
    })
    this.activeLog = this.epochLog
    if (outcome === 'interrupted') return false
    this.validated = result
    this.validatedInEpoch = result
    this.validationSchedule.lastStep = this.state.step
    this.validationSchedule.lastAt = performance.now()
    for (const [name, value] of result) this.results.set(name, value)
    return true
  }

  /** monitor, then save, after a validation, an epoch, or both. */
  async boundary(training: Values, epoch: boolean): Promise<void> {
    const { state, validated } = this
    const origin = validated ? `validation ${state.validations}` : `epoch ${state.epoch}`
    const metrics = finalMetrics(new Map([...training, ...(validated ?? [])]), origin)
    const what = { validation: validated !== undefined, epoch, metrics }
    await this.hooks.emit('monitor', { ...what, counters: at(state, {}) })
    await this.save('boundary', what)
    this.validated = undefined
  }

  /** save: every state and metric is fresh, and every loss so far was read and finite. */
  async save(
    reason: SaveReason,
    what?: { readonly validation: boolean; readonly epoch: boolean; readonly metrics: Metrics },
  ): Promise<void> {
    this.isSaveRequested = false
    const metrics = what?.metrics ?? finalMetrics(this.epochLog.values(false), 'the epoch so far')
    const boundary = { validation: false, epoch: false, ...what, metrics }
    const [counters, snapshot] = [at(this.state, {}), () => collectSnapshot(this)]
    await this.hooks.emit('save', { ...boundary, reason, counters, snapshot })
  }

  /** Fetches the metrics that wait on the device. @throws REG_LOSS_NOT_FINITE */
  async flush(): Promise<void> {
    await this.hooks.read(this.epochLog, () => this.epochLog.flush())
  }

  /** @throws REG_LOSS_NOT_FINITE */
  checkLoss(loss: number, batch = this.epochLog.stamp): void {
    if (Number.isFinite(loss)) return
    const { epoch, step } = this.state
    const { stamp } = this.epochLog
    const where = `batch ${batch}${batch === stamp ? '' : ` (noticed after batch ${stamp})`}`
    const text = `The loss is ${loss} in ${where} of epoch ${epoch + 1}, after ${step} steps`
    const advice = 'Lower the learning rate, look for log(0) or 0/0 in the loss, NaN in the data'
    fail('REG_LOSS_NOT_FINITE', `${text}. ${advice}.`)
  }
}
