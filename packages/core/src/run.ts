import { fail } from './errors.js'
import type { HookTable } from './hooks.js'
import type { HookPayload, SeriesName } from './lifecycle.js'
import type { MetricLog } from './metric-log.js'
import type { LogOptions, MetricValue, StepContext, TrainingModule } from './module.js'
import type { ResolvedOptions, TrainerOptions } from './options.js'
import type { Reporter, RunInfo } from './plugin.js'
import type { PluginHost } from './plugin-host.js'
import type { MetricsContent, RecordContent, RecordPosition } from './registry.js'
import type { Stage, StopLatch } from './run-state.js'
import { at, type Counters, type Mutable, type RunState } from './run-state.js'
import type { VariableTable } from './variables.js'

/** What every run needs, whatever it does. */
export interface RunParts {
  readonly stage: Stage
  readonly module: TrainingModule<unknown>
  readonly options: ResolvedOptions
  /** The options as the user and `configure` gave them. */
  readonly given: TrainerOptions
  readonly table: VariableTable
  /** Name of the tfjs backend in use. */
  readonly backend: string
  readonly latch: StopLatch
  readonly state: Mutable<RunState>
  readonly hooks: HookTable
  readonly host: PluginHost
  readonly report: Reporter
  /** Told the run as soon as there is one. */
  readonly enter: (run: Run) => void
}

/** {@link StepContext} as the loop writes it: one object for many steps, since one per step costs much. */
export type MutableStepContext = Mutable<StepContext>
type Own<N extends SeriesName> = Omit<HookPayload<N>, keyof Counters>

/** One call of `fit`, `validate`, `test` or `predict`. */
export class Run {
  readonly state: Mutable<RunState>
  readonly hooks: HookTable
  /** Where logged values go at the moment. */
  activeLog: MetricLog | undefined
  /** Step records of evaluations so far. */
  readonly recorded = { validation: 0, test: 0 }
  #lastBreath = performance.now()

  constructor(readonly parts: RunParts) {
    this.state = parts.state
    this.hooks = parts.hooks
    parts.enter(this)
  }

  get isInterrupted(): boolean {
    return this.parts.latch.signal.aborted
  }

  /** setup: from here on plugins know the run. */
  async begin(info: Partial<RunInfo>): Promise<void> {
    const { stage, options, module, table, backend } = this.parts
    const about = { stage, options, module, backend, hparams: module.hparams ?? {} }
    const none = { optimizers: {}, trainBatches: undefined, validationBatches: undefined }
    const run = {
      ...about,
      variables: table.byName,
      ...none,
      splits: [],
      isResumed: false,
      ...info,
    }
    await this.hooks.emit('setup', at(this.state, { stage, run }))
  }

  /** Emits a start, runs a body and emits its end: without a result where start or body failed. */
  async around<Name extends 'fit' | 'sanity' | 'epoch', Result>(
    name: Name,
    body: () => Promise<Result>,
    end: (result?: Result) => Own<`${Name}End`>,
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
    if (now - this.#lastBreath < this.parts.options.yieldEvery / 2) return undefined
    return macrotask().then(() => {
      this.#lastBreath = performance.now()
    })
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
    const at = { stage: this.parts.stage, epoch, samples, time: Date.now(), ...index }
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
    const { stage, latch } = this.parts
    const { epoch, step } = this.state
    const log: StepContext['log'] = (name, value, options) => this.log(name, value, options)
    return { stage, training, signal: latch.signal, loader, epoch, batch: 0, step, log }
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
