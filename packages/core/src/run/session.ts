import { fail } from '../floor/errors.js'
import type { Json } from '../floor/json.js'
import type { ScheduleClock } from '../floor/schedule.js'
import { HookTable } from '../hooks/hook-table.js'
import type { Reporter } from '../hooks/report.js'
import type { MetricLog } from '../metrics/metric-log.js'
import type { RecordContent, RecordPosition } from '../metrics/records.js'
import { MetricNames } from '../metrics/reported-names.js'
import type { StepContext, TrainingModule } from '../module/modules.js'
import { PluginHost } from '../plugins/plugin-host.js'
import type { StepReports } from '../plugins/step-runner.js'
import type { TrainerOptions } from '../plugins/trainer-options.js'
import {
  type ResolvedOptions,
  type RunOptions,
  resolveOptions,
} from '../state/options.js'
import { isEpochOpen, type Phase } from '../state/phase.js'
import {
  copyCounters,
  initialState,
  type Mutable,
  readOnlyView,
  type Stage,
} from '../state/run-state.js'
import type { Snapshot } from '../state/snapshot.js'
import type { PluginStop } from '../state/stop-reason.js'
import type { VariableTable } from '../state/variables.js'
import { macrotask } from './macrotask.js'

/** {@link StepContext} as the loop writes it: one object is reused, since one per step is expensive. */
export type MutableStepContext = Mutable<StepContext>

/** A snapshot, or what a checkpoint plugin can find: `'last'`, `'best'` or a path. */
export type SnapshotReference = Snapshot | 'last' | 'best' | (string & {})

/** What a session needs from the current or last fit: the clock of its schedules, batches per epoch once known. */
export interface CurrentFit {
  readonly clock: ScheduleClock
  readonly trainBatches: number | undefined
  readonly phase: Phase
  /** @throws REG_BUSY */
  snapshot(): Promise<Snapshot>
  /** Called when another stage has loaded a checkpoint's weights into variables. */
  weightsReplaced(table: VariableTable, stage: Stage): void
  /** Stops the clock of training. */
  close(): void
}

/** What to run. */
export interface RunRequest {
  readonly stage: Stage
  readonly signal?: AbortSignal | undefined
  readonly resumeFrom?: SnapshotReference | undefined
  readonly hparams?: Readonly<Record<string, Json>> | undefined
  readonly config?: Json | undefined
}

/**
 * The state of a trainer and of its current run: `begin` sets the fields of the run. The module, its
 * variables and the options are set before the run's body begins.
 */
export class Session {
  readonly original: TrainerOptions
  readonly state = initialState()
  /** The state as everyone else sees it: read-only. */
  readonly view = readOnlyView(this.state)
  readonly hooks: HookTable = new HookTable((text, more) =>
    this.host.reporter().warn(text, more),
  )
  readonly host = new PluginHost(this)
  readonly report: Reporter = this.host.reporter()
  isDisposed = false
  /** The current or last fit. */
  fit: CurrentFit | undefined

  stage: Stage = 'fit'
  /** State of the training loader in the checkpoint that an evaluation loaded. */
  trainedLoader: Json | undefined
  signal = new AbortController().signal
  /** The snapshot that the run begins with, if any. */
  resumeFrom: SnapshotReference | undefined
  /** What the caller of a fit said for the loggers. */
  hparams: RunRequest['hparams']
  config: RunRequest['config']
  module!: TrainingModule<unknown>
  /** The module's variables. */
  table!: VariableTable
  /** The options after the taps of `configure`. */
  configured: RunOptions = {}
  options: ResolvedOptions
  /** The first stop request of a plugin; `minEpochs` and `minSteps` may delay it. */
  stopRequest: PluginStop | undefined
  isSaveRequested = false
  /** Where logged values go now. */
  activeLog: MetricLog | undefined
  /** Where the steps of the current or last fit report to. */
  stepReports: StepReports | undefined
  /** Which metric has which names in this run. */
  metricNames = new MetricNames()
  /** Batches of completed evaluations so far, by kind and name of the loader; a single one is named `''`. */
  evaluated = noneEvaluated()
  /** Notices that were shown in this run; each is shown once. */
  readonly noticesShown = new Set<string>()
  #yieldedAt = 0

  /** @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID */
  constructor(original: TrainerOptions) {
    this.original = original
    this.options = resolveOptions(original)
    this.host.use(original.plugins)
  }

  /** @throws REG_BUSY, REG_DISPOSED */
  assertIdle(call: string): void {
    if (this.isDisposed) fail('REG_DISPOSED.call', { call })
    if (this.state.stage !== 'idle')
      fail('REG_BUSY.call', { call, stage: this.state.stage })
  }

  /** Begins a run. @throws REG_BUSY, REG_DISPOSED */
  begin(request: RunRequest): void {
    const { stage, signal = new AbortController().signal, resumeFrom } = request
    this.assertIdle(`${stage}()`)
    this.hparams = request.hparams
    this.config = request.config
    this.stage = stage
    this.signal = signal
    this.resumeFrom = resumeFrom
    this.stopRequest = undefined
    this.metricNames = new MetricNames()
    this.evaluated = noneEvaluated()
    this.noticesShown.clear()
    if (stage === 'fit') {
      this.fit = undefined
      copyCounters(initialState(), this.state)
    }
    this.state.stage = stage
  }

  /** Ends a run: the trainer is idle again. */
  end(): void {
    for (const plugin of this.host.installed) plugin.isMuted = false
    this.fit?.close()
    this.state.stage = 'idle'
    this.state.isSanityCheck = false
  }

  /**
   * Yields to the event loop now and then: a loop that awaits only settled promises starves timers,
   * signals and I/O. Yields after half of `yieldEvery`, since the next batch may take as long again.
   */
  async giveWay(now: number): Promise<void> {
    if (now - this.#yieldedAt < this.options.yieldEvery / 2) return
    await macrotask()
    this.#yieldedAt = performance.now()
  }

  /** Reads metrics; tap observers see the wait if some are still on the device. */
  reading<T>(log: MetricLog, read: () => Promise<T>): Promise<T> {
    return log.isWaiting() ? this.hooks.tapWrappers.run('', 'metrics', read) : read()
  }

  /** Calls a function that cannot log: the metrics it would log to are final, or not begun. */
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
    this.stepReports?.follower?.({ kind: 'logged', name, value, options })
  }

  /** Sends a record to the loggers. Its position is that of the latest batch by default. */
  async record(
    content: RecordContent,
    position?: Partial<RecordPosition>,
  ): Promise<void> {
    if (!this.hooks.isHeard('record')) return
    const { epoch, step, batch, samples } = this.state
    const isBetween = this.stage === 'fit' && this.fit && !isEpochOpen(this.fit.phase)
    await this.hooks.emit('record', {
      stage: this.stage,
      samples,
      time: Date.now(),
      step: Math.max(0, step - 1),
      batch: Math.max(0, batch - 1),
      epoch: isBetween ? Math.max(0, epoch - 1) : epoch,
      ...position,
      ...content,
    })
  }

  /** Makes a context for steps. */
  stepContext(training: boolean, loader?: string): MutableStepContext {
    const { stage, signal, log } = this
    const { epoch, step } = this.state
    return { epoch, batch: 0, step, stage, training, signal, loader, log }
  }

  /** The state of the current or last fit. @throws REG_NOT_RUNNING, REG_BUSY */
  readonly snapshot = async (): Promise<Snapshot> => {
    if (!this.fit) return fail('REG_NOT_RUNNING.snapshot')
    return this.fit.snapshot()
  }
}

const noneEvaluated = (): Record<'validation' | 'test', Record<string, number>> => ({
  validation: {},
  test: {},
})
