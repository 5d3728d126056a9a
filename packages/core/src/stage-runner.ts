import { located, messageOf, RegimenError } from './errors.js'
import { EventBus } from './events.js'
import { FitRun } from './fit-run.js'
import { createGuard, type TapMonitor } from './hook-guard.js'
import { HookTable } from './hooks.js'
import type { HookPayload } from './lifecycle.js'
import type { TrainingModule } from './module.js'
import { checkOptions, resolveOptions, type TrainerOptions } from './options.js'
import type { Reporter } from './plugin.js'
import { PluginHost } from './plugin-host.js'
import { createReporter } from './reporting.js'
import type { Run, RunParts } from './run.js'
import type { RunInfo } from './run-info.js'
import { at, initialState, readOnlyView, type Stage } from './run-state.js'
import { checkModule, preflight } from './setup.js'
import type { Snapshot } from './snapshot.js'
import { type Outcome, StopLatch } from './stop.js'
import { tableOf } from './variables.js'
import { watchTaps } from './watchdog.js'

/** A value, or a function that makes it once the engine and the seed are set. */
export type Made<T> = T | (() => T | Promise<T>)

/** A run that has begun: its parts, and what the user gave. */
export interface OpenRun extends RunParts {
  readonly given: TrainerOptions
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
  readonly #state = initialState()
  readonly state = readOnlyView(this.#state)
  readonly #monitor: TapMonitor = {
    waiting: undefined,
    ownedBatch: undefined,
    gradients: undefined,
  }
  readonly table = new HookTable(createGuard(this.#monitor))
  readonly bus: EventBus
  readonly host: PluginHost
  readonly report: Reporter
  /** The run that goes on, from `setup` to `teardown`. */
  current: Run | undefined
  isDisposed = false
  #latch = new StopLatch()
  #rootDir: string
  #isBusy = false

  constructor(options: TrainerOptions, snapshot: () => Promise<Snapshot>) {
    this.options = options
    this.#rootDir = resolveOptions(options).rootDir
    this.bus = new EventBus((subscriber, event, message) =>
      this.report.warn(`Subscriber "${subscriber}" threw on "${event}": ${message}`),
    )
    const reporter = (plugin?: string) =>
      createReporter((name) => this.host.services(name), this.bus, plugin)
    this.report = reporter()
    this.host = new PluginHost(this.table, this.bus, this.#hostTrainer(snapshot, reporter))
  }

  /** @throws REG_BUSY, REG_DISPOSED */
  assertIdle(call: string): void {
    if (this.isDisposed) {
      throw new RegimenError('REG_DISPOSED', `${call} came after dispose(). Make a new Trainer.`)
    }
    if (!this.#isBusy) return
    const text = `${call} was called while ${this.state.stage} is running. Wait for it.`
    throw new RegimenError('REG_BUSY', text)
  }

  /** Runs a stage whose body is a promise. @throws the first cause */
  async run<Result>(
    request: StageRequest,
    body: (open: OpenRun) => Promise<{ readonly result: Result; readonly outcome: Outcome }>,
  ): Promise<Result> {
    let result: Result | undefined
    // biome-ignore lint/correctness/useYield: a stage that gives nothing on its way is a stream of nothing
    const stages = this.stream(request, async function* (open) {
      const ended = await body(open)
      result = ended.result
      return ended
    })
    await stages.next()
    return result as Result
  }

  /**
   * Runs a stage: configure*, the engine and the module, then the body, then error and teardown.
   *
   * @throws the first cause
   */
  async *stream<Item>(
    { stage, module, signal }: StageRequest,
    body: (open: OpenRun) => AsyncGenerator<Item, { readonly outcome: Outcome }, undefined>,
  ): AsyncGenerator<Item, void, undefined> {
    this.assertIdle(`${stage}()`)
    this.#isBusy = true
    Object.assign(this.#state, stage === 'fit' ? initialState() : {}, { stage })
    this.#latch = new StopLatch(signal)
    const unwatch = watchTaps(this.#monitor, this.report)
    let outcome: Outcome = 'stopped'
    try {
      try {
        outcome = (yield* body(await this.#open(stage, module))).outcome
      } catch (thrown) {
        outcome = 'failed'
        const error = located(thrown, 'REG_MODULE_FAILED', `${stage} failed`)
        await this.#afterError(() => this.#emit('error', at(this.#state, { error })))
        throw error
      } finally {
        const tearDown = () => this.#emit('teardown', at(this.#state, { stage, outcome }))
        await (outcome === 'failed' ? this.#afterError(tearDown) : tearDown())
      }
    } finally {
      unwatch()
      this.host.unmute()
      this.current = undefined
      Object.assign(this.#state, { stage: 'idle', isSanityCheck: false })
      this.#isBusy = false
    }
  }

  /** setup: from here on plugins know the run. */
  async begin(run: Run, info: Partial<RunInfo>): Promise<void> {
    const { stage, options, module, table, backend } = run.parts
    const hparams = module.hparams ?? {}
    const own = { stage, options, module, variables: table.byName, hparams, backend }
    const none = { optimizers: {}, trainBatches: undefined, validationBatches: undefined }
    this.current = run
    const whole: RunInfo = { ...own, ...none, splits: [], isResumed: false, ...info }
    await run.emit('setup', at(run.state, { stage, run: whole }))
  }

  async #open(stage: Stage, given: Made<TrainingModule<never>>): Promise<OpenRun> {
    const { plugins: _, ...own } = this.options
    const context = at(this.#state, { stage })
    const configured = await this.table.waterfall('configure', own, context)
    checkOptions(configured)
    const options = resolveOptions(configured)
    this.#rootDir = options.rootDir
    const module = checkModule(typeof given === 'function' ? await given() : given, stage)
    const backend = await preflight(this.report, stage === 'fit')
    const latch = this.#latch
    await module.setup?.({ stage, signal: latch.signal })
    const table = tableOf(module.variables())
    const { bus, report } = this
    const [state, hooks, monitor] = [this.#state, this.table, this.#monitor]
    const run = {
      stage,
      module,
      options,
      backend,
      table,
      state,
      hooks,
      bus,
      monitor,
      latch,
      report,
    }
    return { ...run, given: configured }
  }

  async #emit<N extends 'error' | 'teardown'>(name: N, payload: HookPayload<N>): Promise<void> {
    await this.table.series(name, payload)
    this.bus.emit(name, payload)
  }

  async #afterError(call: () => Promise<void>): Promise<void> {
    try {
      await call()
    } catch (secondary) {
      this.report.warn(`After the first error this failed too: ${messageOf(secondary)}`)
    }
  }

  #running(call: string): Run {
    if (this.current) return this.current
    throw new RegimenError(
      'REG_NOT_RUNNING',
      `${call} was called outside a run; call it in a hook.`,
    )
  }

  #hostTrainer(snapshot: () => Promise<Snapshot>, reporter: (plugin?: string) => Reporter) {
    const latch = () => this.#latch
    const rootDir = () => this.#rootDir
    const running = (call: string) => this.#running(call)
    const { bus, state } = this
    return {
      state,
      snapshot,
      reporter,
      get signal() {
        return latch().signal
      },
      get rootDir() {
        return rootDir()
      },
      log: (...given: Parameters<Run['log']>) => running('log').log(...given),
      record: (...given: Parameters<Run['record']>) => running('record').record(...given),
      requestSave() {
        const run = running('requestSave')
        if (run instanceof FitRun) run.isSaveRequested = true
      },
      requestStop(plugin: string, message: string) {
        running('requestStop')
        const reason = { kind: 'plugin', plugin, message } as const
        if (latch().request(plugin, message)) bus.emit('stopRequested', reason)
      },
    }
  }
}
