import { checkModule } from './check-module.js'
import { located, RegimenError } from './errors.js'
import { EventBus } from './events.js'
import { createGuard, TapMonitor } from './hook-guard.js'
import { HookTable } from './hooks.js'
import { LogBook } from './log-book.js'
import type { TrainingModule } from './module.js'
import { checkOptions, resolveOptions, type TrainerOptions } from './options.js'
import type { Reporter } from './plugin.js'
import type { PluginHost } from './plugin-host.js'
import { preflight } from './preflight.js'
import { CORE, createReporter } from './reporting.js'
import type { Run, RunParts } from './run.js'
import type { RunInfo } from './run-info.js'
import { countersOf, initialState, readOnlyView, type Stage } from './run-state.js'
import { type Outcome, StopLatch } from './stop.js'
import { tableOf } from './variables.js'
import { watchTaps } from './watchdog.js'

/** A value, or a function that makes it once the engine and the seed are set. */
export type Made<T> = T | (() => T | Promise<T>)

/** A run that has begun: its parts, and what must be undone. */
export interface OpenRun extends RunParts {
  readonly given: TrainerOptions
  readonly backend: string
  readonly release: () => void
}

/** What is known when a run begins. */
export interface StageRequest {
  readonly stage: Stage
  readonly module: Made<TrainingModule<never>>
  readonly signal: AbortSignal | undefined
}

/** Begins and ends runs: configure and the module before, error and teardown after. One per trainer. */
export class StageRunner {
  readonly options: TrainerOptions
  readonly mutableState = initialState()
  readonly state = readOnlyView(this.mutableState)
  readonly monitor = new TapMonitor()
  readonly table = new HookTable(createGuard(this.monitor))
  readonly bus: EventBus
  readonly host: PluginHost
  readonly report: Reporter
  /** The run that goes on, from `setup` to `teardown`. */
  current: Run | undefined
  latch = new StopLatch(undefined)
  isDisposed = false
  #isBusy = false
  #rootDir: string

  constructor(options: TrainerOptions, host: (runner: StageRunner) => PluginHost) {
    checkOptions(options)
    this.options = options
    this.#rootDir = resolveOptions(options).rootDir
    this.bus = new EventBus((subscriber, event, message) =>
      this.report.warn(`Subscriber "${subscriber}" threw on "${event}": ${message}`),
    )
    this.report = this.reporter(CORE)
    this.host = host(this)
  }

  reporter(plugin: string): Reporter {
    return createReporter(() => this.host, this.bus, plugin)
  }

  get rootDir(): string {
    return this.#rootDir
  }

  /** @throws REG_BUSY, REG_DISPOSED */
  assertIdle(call: string): void {
    if (this.isDisposed) {
      throw new RegimenError(
        'REG_DISPOSED',
        `${call} was called after dispose(). Make a new Trainer.`,
      )
    }
    if (this.#isBusy) {
      throw new RegimenError(
        'REG_BUSY',
        `${call} was called while ${this.state.stage} is running. Wait for it, or use another Trainer.`,
      )
    }
  }

  /** configure*, the engine, the module. What follows is between this and {@link close}. */
  async open(request: StageRequest): Promise<OpenRun> {
    const { stage } = request
    this.assertIdle(`${stage}()`)
    this.#isBusy = true
    this.mutableState.stage = stage
    if (stage === 'fit') Object.assign(this.mutableState, { ...initialState(), stage })
    this.latch = new StopLatch(request.signal)
    const unwatch = watchTaps(this.monitor, this.report)
    const release = () => {
      unwatch()
      this.host.unmute()
      this.current = undefined
      this.mutableState.stage = 'idle'
      this.mutableState.isSanityCheck = false
      this.#isBusy = false
    }
    try {
      const given = await this.#configure(stage)
      const options = resolveOptions(given)
      this.#rootDir = options.rootDir
      const made: unknown =
        typeof request.module === 'function' ? await request.module() : request.module
      const module = checkModule(made, stage)
      const backend = await preflight(this.report, stage === 'fit')
      await module.setup?.({ stage, signal: this.latch.signal })
      const table = tableOf(module.variables())
      return {
        stage,
        module,
        given,
        options,
        backend,
        table,
        state: this.mutableState,
        hooks: this.table,
        bus: this.bus,
        monitor: this.monitor,
        latch: this.latch,
        report: this.report,
        book: new LogBook(),
        release,
      }
    } catch (thrown) {
      const error = located(thrown, 'REG_MODULE_FAILED', `${stage} could not begin`)
      await this.#observeError(error)
      await this.#tearDown(stage, 'failed', true)
      release()
      throw error
    }
  }

  /** setup: from here on plugins know the run. */
  async begin(run: Run, info: RunInfo): Promise<void> {
    this.current = run
    await run.emit('setup', { ...countersOf(run.state), stage: run.stage, run: info })
  }

  /** error where there is one, and teardown always. @throws the first cause */
  async close(
    open: OpenRun,
    outcome: Outcome,
    failure?: { readonly cause: unknown },
  ): Promise<void> {
    try {
      if (!failure) {
        await this.#tearDown(open.stage, outcome, false)
        return
      }
      const error = located(failure.cause, 'REG_MODULE_FAILED', `${open.stage} failed`)
      await this.#observeError(error)
      await this.#tearDown(open.stage, 'failed', true)
      throw error
    } finally {
      open.release()
    }
  }

  async #configure(stage: Stage): Promise<TrainerOptions> {
    const { plugins: _, ...options } = this.options
    if (!this.table.isTapped('configure')) return options
    const payload = { ...countersOf(this.mutableState), stage }
    const configured = await this.table.waterfall('configure', options, payload)
    checkOptions(configured)
    return Object.freeze(configured)
  }

  async #observeError(error: RegimenError): Promise<void> {
    const payload = { ...countersOf(this.mutableState), error }
    try {
      await this.table.series('error', payload)
    } catch (secondary) {
      this.report.warn(`After the first error this failed too: ${(secondary as Error).message}`)
    }
    this.bus.emit('error', payload)
  }

  async #tearDown(stage: Stage, outcome: Outcome, isAfterError: boolean): Promise<void> {
    const payload = { ...countersOf(this.mutableState), stage, outcome }
    try {
      await this.table.series('teardown', payload)
    } catch (secondary) {
      if (!isAfterError) throw secondary
      this.report.warn(`After the first error this failed too: ${(secondary as Error).message}`)
    }
    this.bus.emit('teardown', payload)
  }
}
