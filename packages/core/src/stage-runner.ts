import { fail, located } from './errors.js'
import { FitRun } from './fit-run.js'
import { watchTaps } from './hook-guard.js'
import { HookTable } from './hooks.js'
import type { TrainingModule } from './module.js'
import { resolveOptions, type TrainerOptions } from './options.js'
import type { Reporter, RunContext } from './plugin.js'
import { PluginHost } from './plugin-host.js'
import type { Run, RunParts } from './run.js'
import { at, initialState, type Outcome, readOnlyView, type Stage, StopLatch } from './run-state.js'
import { checkModule, preflight } from './setup.js'
import type { Snapshot } from './snapshot.js'
import { tableOf } from './variables.js'

/** A value, or a function that makes it once the engine and the seed are set. */
export type Made<T> = T | (() => T | Promise<T>)

/** What is known when a run begins. */
export interface StageRequest {
  readonly stage: Stage
  readonly module: Made<TrainingModule<never>>
  readonly signal: AbortSignal | undefined
}

/** How a stage went, and what it gives to the caller. */
export type Ended<Result> = { readonly outcome: Outcome; readonly result: Result }

/** Begins and ends runs: configure and the module before, error and teardown after. One per trainer. */
export class StageRunner {
  readonly #state = initialState()
  readonly state = readOnlyView(this.#state)
  readonly hooks = new HookTable((message) => this.report.warn(message))
  readonly host: PluginHost
  readonly report: Reporter
  /** The run that goes on, from `setup` to `teardown`. */
  current: Run | undefined
  isDisposed = false
  #latch = new StopLatch()
  #rootDir: string
  #isBusy = false

  constructor(
    readonly options: TrainerOptions,
    snapshot: () => Promise<Snapshot>,
  ) {
    this.#rootDir = resolveOptions(options).rootDir
    this.host = new PluginHost(this.hooks, (plugin) => this.#contextOf(plugin, snapshot))
    this.report = this.host.reporter()
  }

  /** @throws REG_BUSY, REG_DISPOSED */
  assertIdle(call: string): void {
    if (this.isDisposed) fail('REG_DISPOSED', `${call} came after dispose(). Make a new Trainer.`)
    if (!this.#isBusy) return
    fail('REG_BUSY', `${call} was called while ${this.state.stage} is running. Wait for it.`)
  }

  /** Runs a stage that gives nothing before its end. @throws the first cause */
  async run<Result>(request: StageRequest, body: (parts: RunParts) => Promise<Ended<Result>>) {
    // biome-ignore lint/correctness/useYield: a stage that gives nothing on its way
    const stage = this.stream<never, Result>(request, async function* (parts) {
      return body(parts)
    })
    return (await stage.next()).value
  }

  /**
   * Runs a stage: configure*, the engine and the module, then the body, then error and teardown.
   *
   * @throws the first cause
   */
  async *stream<Item, Result>(
    { stage, module, signal }: StageRequest,
    body: (parts: RunParts) => AsyncGenerator<Item, Ended<Result>, undefined>,
  ): AsyncGenerator<Item, Result, undefined> {
    this.assertIdle(`${stage}()`)
    this.#isBusy = true
    Object.assign(this.#state, stage === 'fit' ? initialState() : {}, { stage })
    this.#latch = new StopLatch(signal)
    const unwatch = watchTaps(this.hooks)
    let outcome: Outcome = 'stopped'
    try {
      const ended = yield* body(await this.#open(stage, module))
      outcome = ended.outcome
      return ended.result
    } catch (thrown) {
      outcome = 'failed'
      throw await this.#observed(thrown)
    } finally {
      await this.#tearDown(stage, outcome, unwatch)
    }
  }

  async #open(stage: Stage, made: Made<TrainingModule<never>>): Promise<RunParts> {
    const { host, hooks, report } = this
    const [state, latch] = [this.#state, this.#latch]
    const { plugins: _, ...own } = this.options
    const given = await hooks.waterfall('configure', own, at(state, { stage }))
    const options = resolveOptions(given)
    this.#rootDir = options.rootDir
    const { sections } = hooks
    const within = <Result>(call: () => Result) => sections.run('module', 0, call)
    const module = checkModule(typeof made === 'function' ? await within(made) : made, stage)
    const backend = await preflight(report, stage === 'fit')
    await within(() => module.setup?.({ stage, signal: latch.signal }))
    const table = tableOf(within(() => module.variables()))
    const about = { stage, module, options, given, table, backend }
    return { ...about, latch, state, hooks, host, report }
  }

  /** Shows an error to those who observe, whose own errors do not replace it. */
  async #observed(thrown: unknown) {
    const { stage } = this.#state
    const error = located(thrown, 'REG_MODULE_FAILED', `${stage} failed`)
    await this.hooks.emitAfterError('error', at(this.#state, { error }))
    return error
  }

  async #tearDown(stage: Stage, outcome: Outcome, unwatch: () => void): Promise<void> {
    const payload = at(this.#state, { stage, outcome })
    try {
      if (outcome === 'failed') await this.hooks.emitAfterError('teardown', payload)
      else await this.hooks.emit('teardown', payload)
    } catch (thrown) {
      throw await this.#observed(thrown)
    } finally {
      unwatch()
      this.host.unmute()
      if (this.current instanceof FitRun) this.current.epochLog.dispose()
      this.current = undefined
      Object.assign(this.#state, { stage: 'idle', isSanityCheck: false })
      this.#isBusy = false
    }
  }

  #running(call: string): Run {
    const run = this.current
    return run ?? fail('REG_NOT_RUNNING', `${call} was called outside a run; call it in a hook.`)
  }

  /** What a plugin is given; signal and folder are those of the current run. */
  #contextOf(plugin: string, snapshot: () => Promise<Snapshot>): RunContext {
    const running = (call: string) => this.#running(call)
    const latch = () => this.#latch
    const rootDir = () => this.#rootDir
    return {
      state: this.state,
      snapshot,
      get signal() {
        return latch().signal
      },
      get rootDir() {
        return rootDir()
      },
      log: (...given) => running('log').log(...given),
      record: (content) => running('record').record(content),
      requestStop: (message) => {
        running('requestStop')
        if (!latch().request(plugin, message)) return
        this.hooks.bus.emit('stopRequested', { kind: 'plugin', plugin, message })
      },
      requestSave() {
        const run = running('requestSave')
        if (run instanceof FitRun) run.isSaveRequested = true
      },
    }
  }
}
