import * as tf from '@tensorflow/tfjs-core'
import { fail, located } from '../floor/errors.js'
import { HookTable } from '../hooks/hook-table.js'
import type { Reporter } from '../hooks/report.js'
import type { RunInfo } from '../hooks/run-info.js'
import type { MetricLog } from '../metrics/metric-log.js'
import type { RecordContent, RecordPosition } from '../metrics/records.js'
import { MetricNames } from '../metrics/reported-names.js'
import type { EvaluationModule, Made, StepContext, TrainingModule } from '../module/modules.js'
import { checkModule } from '../module/modules.js'
import { PluginHost } from '../plugins/plugin-host.js'
import type { TrainerOptions } from '../plugins/trainer-options.js'
import { type ResolvedOptions, resolveOptions } from '../state/options.js'
import type { Mutable, Outcome, PluginStop, Stage } from '../state/run-state.js'
import { at, initialState, readOnlyView } from '../state/run-state.js'
import { checkedSnapshot, type Snapshot } from '../state/snapshot.js'
import { tableOf, type VariableTable } from '../state/variables.js'
import type { FitOptions } from '../trainer.js'
import type { FitRun } from './fit-run.js'
import { silenceGreeting } from './greeting.js'
import { macrotask } from './macrotask.js'
import { preflight } from './preflight.js'
import { collectSnapshot } from './snapshot.js'

/** {@link StepContext} as the loop writes it: one object for many steps, since one per step costs much. */
export type MutableStepContext = Mutable<StepContext>
const NONE = { optimizers: {}, splits: [], trainBatches: undefined, validationBatches: undefined }

/** What is to be run, and where it begins. */
type Request = { readonly stage: Stage; readonly module: Made<AnyModule> } & FitOptions
type AnyModule = TrainingModule<never> | EvaluationModule<never>
/** How a stage went, and what it gives to the caller. */
type Ended<Result> = { readonly outcome: Outcome; readonly result: Result }
type Body<Item, Result> = AsyncGenerator<Item, Ended<Result>> | Promise<Ended<Result>>

type EvaluatedBatches = Record<'validation' | 'test', Record<string, number>>

/** What a trainer has, and what its run under way works on: the fields without a value are the run's. */
export class Session {
  readonly state = initialState()
  readonly view = readOnlyView(this.state)
  readonly hooks: HookTable = new HookTable((text, more) => this.host.reporter().warn(text, more))
  readonly host = new PluginHost(this)
  readonly report: Reporter = this.host.reporter()
  stage!: Stage
  module!: TrainingModule<unknown>
  /** The options as the user and `configure` gave them, and complete. */
  given!: TrainerOptions
  options: ResolvedOptions
  table!: VariableTable
  signal = new AbortController().signal
  /** Where the run begins, if not at the beginning. */
  resumeFrom: FitOptions['resumeFrom']
  /** The first wish to stop, which the minima may make wait. */
  requested: PluginStop | undefined
  isSaveRequested = false
  /** Where logged values go at the moment. */
  activeLog: MetricLog | undefined
  /** Whose the names of the run's metrics are. */
  metricNames = new MetricNames()
  /** Batches of completed evaluations so far, by kind and name of the loader, `''` for an only one. */
  readonly evaluated: EvaluatedBatches = { validation: {}, test: {} }
  /** Notices of this run that are given once. */
  readonly said = new Set<string>()
  isDisposed = false
  /** The current or last fit. */
  fit: FitRun | undefined
  #lastBreath = 0

  /** @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID */
  constructor(readonly original: TrainerOptions) {
    this.options = resolveOptions(original)
    this.host.use(original.plugins)
  }

  /** @throws REG_BUSY, REG_DISPOSED */
  assertIdle(call: string): void {
    if (this.isDisposed) fail('REG_DISPOSED.call', { call })
    if (this.state.stage !== 'idle') fail('REG_BUSY.call', { call, stage: this.state.stage })
  }

  /** Runs a stage: configure*, the engine and the module, the body, error, teardown. @throws the first cause */
  async *run<Item, Result>(request: Request, body: () => Body<Item, Result>) {
    const { stage, module, signal = new AbortController().signal, resumeFrom } = request
    this.assertIdle(`${stage}()`)
    Object.assign(this, { stage, signal, resumeFrom, metricNames: new MetricNames() })
    Object.assign(this, { requested: undefined }, stage === 'fit' && { fit: undefined })
    Object.assign(this.evaluated, { validation: {}, test: {} })
    this.said.clear()
    Object.assign(this.state, stage === 'fit' ? initialState() : {}, { stage })
    let outcome: Outcome = 'stopped'
    try {
      await this.#prepare(module)
      const going = body()
      const ended = Symbol.asyncIterator in going ? yield* going : await going
      outcome = ended.outcome
      return ended.result
    } catch (thrown) {
      outcome = 'failed'
      throw await this.#observed(thrown)
    } finally {
      await this.#tearDown(outcome)
    }
  }

  async #prepare(made: Made<AnyModule>): Promise<void> {
    const { stage, hooks, state, signal } = this
    const { plugins: _, ...own } = this.original
    this.given = await hooks.waterfall('configure', own, at(state, { stage }))
    this.options = resolveOptions(this.given)
    silenceGreeting()
    const within = <Result>(call: () => Result) => hooks.userCodeWrappers.run('module', 0, call)
    const module = checkModule(typeof made === 'function' ? await within(made) : made, stage)
    this.module = module
    await preflight(stage, this.report)
    await within(() => module.setup?.({ stage, signal }))
    this.table = tableOf(within(() => module.variables()))
  }

  /** setup: from here on plugins know the run. */
  async open(info: Partial<RunInfo> = {}, fit?: FitRun): Promise<void> {
    const { stage, options, module, table } = this
    const { hparams = {} } = module
    const own = { stage, options, module, hparams, ...NONE, variables: table.byName }
    const about = { backend: tf.getBackend(), isResumed: this.resumeFrom !== undefined }
    const run = { ...own, ...about, ...info }
    if (fit)
      Object.defineProperty(run, 'trainBatches', { enumerable: true, get: () => fit.trainBatches })
    await this.hooks.emit('setup', at(this.state, { stage, run }))
  }

  /** Finds the snapshot that the run begins with. @throws REG_SERVICE_MISSING, REG_CHECKPOINT_MISMATCH */
  async found(): Promise<Snapshot | undefined> {
    const { resumeFrom: reference } = this
    if (reference === undefined) return undefined
    if (typeof reference !== 'string') return checkedSnapshot(reference)
    const service = this.host.services('checkpoints')[0]
    const muted = this.host.mutedProvider('checkpoints')
    if (!service && muted) fail('REG_SERVICE_MISSING.muted', { reference, ...muted })
    if (!service) fail('REG_SERVICE_MISSING.checkpoints', { reference })
    return checkedSnapshot((await service.load(reference)) as Snapshot)
  }

  /** Shows an error to those who observe, whose own errors do not replace it. */
  async #observed(thrown: unknown) {
    const error = located(thrown, 'REG_MODULE_FAILED', `${this.stage} failed`)
    this.activeLog = undefined
    await this.hooks.emitAfterError('error', at(this.state, { error }))
    return error
  }

  async #tearDown(outcome: Outcome): Promise<void> {
    const emit = outcome === 'failed' ? 'emitAfterError' : 'emit'
    this.activeLog = undefined
    try {
      await this.hooks[emit]('teardown', at(this.state, { stage: this.stage, outcome }))
    } catch (thrown) {
      throw await this.#observed(thrown)
    } finally {
      for (const one of this.host.installed) one.isMuted = false
      this.fit?.close()
      Object.assign(this.state, { stage: 'idle', isSanityCheck: false })
    }
  }

  /**
   * Gives way to the event loop once in a while: a loop that awaits only settled promises starves
   * timers, signals and I/O. After half of `yieldEvery`, since the next batch may take as long again.
   */
  async breathe(now: number): Promise<void> {
    if (now - this.#lastBreath < this.options.yieldEvery / 2) return
    await macrotask()
    this.#lastBreath = performance.now()
  }

  /** Reads metrics; tells those who observe where some are on the device. */
  reading<T>(log: MetricLog, read: () => Promise<T>): Promise<T> {
    return log.isWaiting() ? this.hooks.tapWrappers.run('', 'metrics', read) : read()
  }

  /** Calls something in which no value can be logged: what it belongs to is final, or not begun. */
  async withoutLog<Result>(call: () => Promise<Result> | Result): Promise<Result> {
    const { activeLog } = this
    this.activeLog = undefined
    try {
      return await call()
    } finally {
      this.activeLog = activeLog
    }
  }

  /** Takes a value from `ctx.log`. @throws REG_LOG_PLACE, REG_LOG_INVALID, REG_BATCH_SIZE */
  readonly log: StepContext['log'] = (name, value, options) => {
    const log = this.hooks.isQuiet ? undefined : this.activeLog
    if (!log) return fail('REG_LOG_PLACE.none', { metric: name })
    log.log(name, value, options)
  }

  /** Sends a record to the loggers. */
  async record(content: RecordContent, position?: Partial<RecordPosition>): Promise<void> {
    if (!this.hooks.isHeard('record')) return
    const { epoch, step, batch, samples } = this.state
    const isBetween = this.stage === 'fit' && this.fit?.isInEpoch === false
    const last = { step: Math.max(0, step - 1), batch: Math.max(0, batch - 1) }
    const at = { stage: this.stage, samples, time: Date.now(), ...last }
    const index = { epoch: isBetween ? Math.max(0, epoch - 1) : epoch }
    await this.hooks.emit('record', { ...at, ...index, ...position, ...content })
  }

  /** A context for steps. */
  stepContext(training: boolean, loader?: string): MutableStepContext {
    const { stage, signal, log } = this
    return { ...at(this.state, {}), batch: 0, stage, training, signal, loader, log }
  }

  /** The state of the current or last fit. @throws REG_NOT_RUNNING, REG_BUSY */
  readonly snapshot = async () => collectSnapshot(this.fit ?? fail('REG_NOT_RUNNING.snapshot'))
}
