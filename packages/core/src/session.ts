import * as tf from '@tensorflow/tfjs-core'
import { fail } from './errors.js'
import type { FitRun } from './fit-run.js'
import { HookTable } from './hooks.js'
import type { HookPayload } from './lifecycle.js'
import type { MetricLog } from './metric-log.js'
import type { LogOptions, MetricValue, StepContext, TrainingModule } from './module.js'
import { type ResolvedOptions, resolveOptions, type TrainerOptions } from './options.js'
import type { Reporter, RunInfo } from './plugin.js'
import { PluginHost } from './plugin-host.js'
import type { MetricsContent, RecordContent, RecordPosition } from './registry.js'
import type { PluginStop, Stage } from './run-state.js'
import { at, type Counters, initialState, type Mutable, readOnlyView } from './run-state.js'
import { collectSnapshot, type Snapshot } from './snapshot.js'
import type { VariableTable } from './variables.js'

/** {@link StepContext} as the loop writes it: one object for many steps, since one per step costs much. */
export type MutableStepContext = Mutable<StepContext>
type Paired = 'fit' | 'sanity' | 'epoch'
type End<N extends Paired> = Omit<HookPayload<`${N}End`>, keyof Counters>

/** What a trainer has, and what its run under way works on: the fields without a value are the run's. */
export class Session {
  readonly state = initialState()
  readonly view = readOnlyView(this.state)
  readonly hooks: HookTable = new HookTable((message) => this.report.warn(message))
  readonly host = new PluginHost(this)
  readonly report: Reporter = this.host.reporter()
  stage!: Stage
  module!: TrainingModule<unknown>
  /** The options as the user and `configure` gave them, and complete. */
  given!: TrainerOptions
  options: ResolvedOptions
  table!: VariableTable
  signal = new AbortController().signal
  /** The first wish to stop, which the minima may make wait. */
  requested: PluginStop | undefined
  isSaveRequested = false
  /** Where logged values go at the moment. */
  activeLog: MetricLog | undefined
  /** Step records of evaluations so far. */
  recorded = { validation: 0, test: 0 }
  /** Whether a run goes on, and whether plugins know it: from `setup` to `teardown`. */
  isBusy = false
  isOpen = false
  isDisposed = false
  /** The current or last fit. */
  fit: FitRun | undefined
  #lastBreath = 0

  /** @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID */
  constructor(readonly original: TrainerOptions) {
    this.options = resolveOptions(original)
    this.host.use(original.plugins)
  }

  get isInterrupted(): boolean {
    return this.signal.aborted
  }

  /** @throws REG_BUSY, REG_DISPOSED */
  assertIdle(call: string): void {
    if (this.isDisposed) fail('REG_DISPOSED.call', { call })
    if (this.isBusy) fail('REG_BUSY.call', { call, stage: this.state.stage })
  }

  /** setup: from here on plugins know the run. */
  async open(info: Partial<RunInfo>): Promise<void> {
    const { stage, options, module, table } = this
    const none = { optimizers: {}, trainBatches: undefined, validationBatches: undefined }
    const about = {
      stage,
      options,
      module,
      backend: tf.getBackend(),
      hparams: module.hparams ?? {},
    }
    const run = {
      ...about,
      variables: table.byName,
      ...none,
      splits: [],
      isResumed: false,
      ...info,
    }
    this.isOpen = true
    await this.hooks.emit('setup', at(this.state, { stage, run }))
  }

  /** Emits a start, runs a body and emits its end: without a result where start or body failed. */
  async around<Name extends Paired, Result>(
    name: Name,
    body: () => Promise<Result>,
    end: (result?: Result) => End<Name>,
  ): Promise<Result> {
    const { hooks, state } = this
    const ended = (result?: Result) => at(state, end(result)) as HookPayload<`${Name}End`>
    let result: Result
    try {
      await hooks.emit(`${name}Start`, at(state, {}))
      result = await body()
    } catch (thrown) {
      await hooks.emitAfterError(`${name}End`, ended())
      throw thrown
    }
    await hooks.emit(`${name}End`, ended(result))
    return result
  }

  /**
   * Gives way to the event loop once in a while: a loop that awaits only settled promises starves
   * timers, signals and I/O. After half of `yieldEvery`, since the next batch may take as long again.
   *
   * @returns nothing where it is not yet time, else a promise of the next macrotask
   */
  breathe(now: number): Promise<void> | undefined {
    if (now - this.#lastBreath < this.options.yieldEvery / 2) return undefined
    return macrotask().then(() => {
      this.#lastBreath = performance.now()
    })
  }

  /** Reads metrics; tells those who observe where some are on the device. */
  reading<T>(log: MetricLog, read: () => Promise<T>): Promise<T> {
    return log.isWaiting ? this.hooks.observers.run('', 'metrics', read) : read()
  }

  /** Takes a value from `ctx.log`. @throws REG_LOG_PLACE, REG_LOG_INVALID, REG_BATCH_SIZE */
  log(name: string, value: MetricValue, options?: LogOptions): void {
    if (!this.activeLog) fail('REG_LOG_PLACE.none', { name })
    this.activeLog.log(name, value, options)
  }

  /** Sends a record to the loggers. */
  async record(content: RecordContent, position?: Partial<RecordPosition>): Promise<void> {
    if (!this.hooks.isHeard('record')) return
    const { epoch, step, batch, samples } = this.state
    const index = { step: Math.max(0, step - 1), batch: Math.max(0, batch - 1) }
    const at = { stage: this.stage, epoch, samples, time: Date.now(), ...index }
    await this.hooks.emit('record', { ...at, ...position, ...content })
  }

  /** Sends metrics to the loggers. */
  async recordMetrics(
    about: Pick<MetricsContent, 'source' | 'interval'>,
    values: ReadonlyMap<string, number>,
    position?: Partial<RecordPosition>,
  ): Promise<void> {
    await this.record({ kind: 'metrics', ...about, values: Object.fromEntries(values) }, position)
  }

  /** A context for steps. */
  stepContext(training: boolean, loader?: string): MutableStepContext {
    const { stage, signal } = this
    const { epoch, step } = this.state
    const log: StepContext['log'] = (name, value, options) => this.log(name, value, options)
    return { stage, training, signal, loader, epoch, batch: 0, step, log }
  }

  /** The state of the current or last fit. @throws REG_NOT_RUNNING, REG_BUSY */
  async snapshot(): Promise<Snapshot> {
    return collectSnapshot(this.fit ?? fail('REG_NOT_RUNNING.snapshot'))
  }
}

function macrotask(): Promise<void> {
  if (typeof setImmediate === 'function') return new Promise((resolve) => setImmediate(resolve))
  const { port1, port2 } = new MessageChannel()
  port2.postMessage(undefined)
  return new Promise((resolve) => {
    port1.onmessage = () => resolve(port1.close())
  })
}
