import type { Optimizer, Variable } from '@tensorflow/tfjs-core'
import type { LoaderPosition } from '../data/batch-cursor.js'
import type { FitData, LoaderTraits } from '../data/batch-source.js'
import { fail } from '../floor/errors.js'
import type { HookPayload } from '../hooks/lifecycle.js'
import type { SaveReason } from '../hooks/payloads.js'
import { type Evaluation, evaluate } from '../loop/evaluate.js'
import { runStep } from '../loop/train-batch.js'
import { MetricLog } from '../metrics/metric-log.js'
import { finalMetrics, type Metric, type Metrics, type Numbers } from '../metrics/metrics.js'
import type { StepRunner } from '../plugins/step-runner.js'
import { ownersOf } from '../state/optimizer-owners.js'
import { at, type Counters, type Stage } from '../state/run-state.js'
import type { VariableTable } from '../state/variables.js'
import type { HistoryRow } from './fit-result.js'
import { RunSchedules } from './run-schedules.js'
import type { Session } from './session.js'
import { StateKeeper } from './state-keeper.js'

type Paired = 'fit' | 'sanity' | 'epoch'
type End<N extends Paired, R> = (result?: R) => Omit<HookPayload<`${N}End`>, keyof Counters>

/** What a fit is made of. */
class FitParts {
  constructor(
    readonly session: Session,
    readonly data: FitData<unknown>,
    readonly optimizers: Readonly<Record<string, Optimizer>>,
    /** Batches of an epoch, once a loader told. */
    public trainBatches: number | undefined,
  ) {}
}

/** A fit: its data, its optimizers, its metrics and where it stands. */
export class FitRun extends FitParts {
  readonly state = this.session.state
  readonly hooks = this.session.hooks
  readonly isManual = this.session.module.automaticOptimization === false
  readonly optimizerNames = Object.keys(this.optimizers)
  readonly isDivided = !this.isManual && this.optimizerNames.length > 1
  /** The optimizer of each variable by tfjs' name, where there are several and none is manual. */
  readonly owners = this.isDivided ? ownersOf(this.session.table, this.optimizerNames) : undefined
  /** The module's variables. */
  readonly table = this.session.table
  readonly variables: readonly Variable[] = Object.values(this.table.byName)
  readonly context = this.session.stepContext(true)
  /** The heart of a step inside everything that plugins wrapped around it. */
  readonly runner: StepRunner = this.session.host.wrapped(runStep)
  /** The validation of this run, if there is anything to validate with. */
  readonly validation = validationOf(this)
  readonly history: HistoryRow[] = []
  /** The newest value of every metric. */
  readonly results: Record<string, number> = {}
  /** When it began, as if runs before this one had been just before. */
  startedAt = performance.now()
  readonly schedules = new RunSchedules(this)
  /** @throws REG_LOSS_NOT_FINITE */
  readonly checkLoss = (loss: number, batch = this.epochLog.stamp): void => {
    if (Number.isFinite(loss)) return
    const { epoch, step } = this.state
    const { stamp } = this.epochLog
    const noticed = batch === stamp ? '' : ` (noticed after batch ${stamp})`
    fail('REG_LOSS_NOT_FINITE.step', { loss, batch, noticed, epoch: epoch + 1, step })
  }
  /** The metrics of an epoch, which check the loss as soon as it is read. */
  readonly newLog = (stamp = 0, saved: readonly Metric[] = []): MetricLog => {
    const { metricNames: names } = this.session
    return new MetricLog({ source: 'training', names, watchLoss: this.checkLoss, stamp, saved })
  }
  /** The metrics of the current epoch. */
  epochLog: MetricLog = this.newLog()
  /** When training ended; `undefined` while it goes on. */
  endedAt: number | undefined
  /** Where the training loader of a resumed run begins. */
  resume: LoaderPosition | undefined
  /** The loader that a function made for the newest epoch, where it can tell its position. */
  newestLoader: LoaderTraits | undefined
  hasSaidSameLoader = false
  isInEpoch = false
  /** Whether a validation that may be due after the last batch is still to be done. */
  isBoundaryPending = false
  /** `state.step` before the batch under way, which adds one however many optimizers it has. */
  stepBeforeBatch = 0
  /** Whether the epoch was cut short by a limit and goes on when resumed. */
  isCut = false
  /** Whether it was said that a request to stop waits for the minima. */
  hasNotedRequest = false
  /** Whether all batches of the epoch were used. */
  isDataOver = false
  /** Whether the batch under way is the last of its epoch; known only where `gradients` is tapped. */
  isLastBatch = false
  /** Values of the validation at this boundary by each of their names, if there was one. */
  validated: Numbers | undefined
  /** Values of the newest validation in this epoch, as its history row reports them. */
  validatedInEpoch: Numbers | undefined

  /** Of which moment a snapshot can be taken. */
  readonly keeper = new StateKeeper(this)

  /** Whether a batch is under way, up to its last step. */
  get isInBatch(): boolean {
    return this.keeper.isInBatch
  }

  /** Position of the training loader: in the epoch, or where the next one begins; `undefined` where it is not known. */
  loaderPosition = (_isInEpoch: boolean): LoaderPosition | undefined => ({
    state: (this.data.train as LoaderTraits).state?.() ?? null,
    batch: 0,
  })

  /** Milliseconds of training so far, those of resumed runs included. */
  readonly elapsedMs = (): number => (this.endedAt ?? performance.now()) - this.startedAt

  /** Where the run stands, for a snapshot. */
  get position() {
    const { isCut, isBoundaryPending, isDataOver, state } = this
    const isInEpoch = this.isInEpoch || isCut
    const where = { epoch: state.epoch - Number(isCut), batch: isInEpoch ? state.batch : 0 }
    return { ...at(state, {}), ...where, isInEpoch, isBoundaryPending, isDataOver, isCut }
  }

  /** Emits a start, runs a body and emits its end: without a result where start or body failed. */
  async around<N extends Paired, R>(name: N, body: (run: FitRun) => Promise<R>, end: End<N, R>) {
    const { hooks, state, keeper } = this
    const ended = (result?: R) => at(state, end(result)) as HookPayload<`${N}End`>
    let result: R
    try {
      if (name === 'fit') keeper.beginHook('fitStart')
      await hooks.emit(`${name}Start`, at(state, {}))
      if (name === 'fit') keeper.endHook()
      result = await body(this)
    } catch (thrown) {
      await keeper.holdAfterError(thrown)
      await hooks.emitAfterError(`${name}End`, ended())
      throw thrown
    }
    await hooks.emit(`${name}End`, ended(result))
    return result
  }

  /** The metrics of an epoch that goes on. */
  soFar = (): Metrics => finalMetrics(this.epochLog.values(), 'the epoch so far')

  /** Fetches the metrics that wait on the device. @throws REG_LOSS_NOT_FINITE */
  flush = (): Promise<void> => this.session.reading(this.epochLog, () => this.epochLog.flush())

  /** Validates now. @returns false where the signal interrupted it; the state has been saved then */
  async validate(): Promise<boolean> {
    if (!this.validation) return true
    const { outcome, result, values } = await evaluate(this.session, this.validation)
    this.session.activeLog = this.epochLog
    if (outcome === 'interrupted') return false
    Object.assign(this, { validated: values, validatedInEpoch: result })
    this.schedules.validation.markDone()
    Object.assign(this.results, values)
    return true
  }

  /** monitor, then save, after a validation, an epoch, or both. */
  async boundary(training: Numbers, epoch: boolean): Promise<void> {
    const { state, validated } = this
    const origin = validated ? `validation ${state.validations}` : `epoch ${state.epoch}`
    const metrics = finalMetrics({ ...training, ...validated }, origin)
    const what = { validation: validated !== undefined, epoch, metrics }
    const told = { ...what, counters: at(state, {}) }
    await this.session.withoutLog(() => this.hooks.emit('monitor', told))
    await this.save('boundary', what)
    this.validated = undefined
  }

  /** save: every state and metric is fresh, and every loss so far was read and finite. */
  async save(reason: SaveReason, given: Partial<HookPayload<'save'>> = {}): Promise<void> {
    this.session.isSaveRequested = false
    const none = { validation: false, epoch: false, metrics: this.soFar() }
    const [counters, { snapshot }] = [at(this.state, {}), this.session]
    const told = { ...none, ...given, reason, counters, snapshot }
    await this.session.withoutLog(() =>
      this.keeper.saving(reason, () => this.hooks.emit('save', told)),
    )
  }

  /** Variables were given the weights of a checkpoint: if they are of this fit, its state is lost. */
  weightsReplaced({ byName }: VariableTable, stage: Stage): void {
    const isOwn = Object.values(byName).some((variable) => this.variables.includes(variable))
    if (isOwn) this.keeper.refuse(() => fail('REG_NOT_RUNNING.replaced', { stage }))
  }

  /** Ends the time of training; later calls do nothing. */
  close(): void {
    this.endedAt ??= performance.now()
    this.epochLog.dispose()
  }
}

function validationOf(run: FitRun): Evaluation | undefined {
  const { module, options } = run.session
  const { validation: sources } = run.data
  const isWanted = module.validationStep && options.limitBatches.validation > 0
  const onInterrupted = () => run.save('interrupted')
  return sources && isWanted ? { kind: 'validation', sources, onInterrupted } : undefined
}
