import * as tf from '@tensorflow/tfjs-core'
import { fail, located, quote, say, suggestion } from './errors.js'
import { FitRun } from './fit-run.js'
import { watchTaps } from './hook-guard.js'
import { HookTable } from './hooks.js'
import type { TrainingModule } from './module.js'
import { resolveOptions, type TrainerOptions } from './options.js'
import type { Reporter, RunContext } from './plugin.js'
import { PluginHost } from './plugin-host.js'
import type { Run, RunParts } from './run.js'
import type { Stage, StopLatch } from './run-state.js'
import { at, initialState, type Outcome, readOnlyView } from './run-state.js'
import { collectSnapshot, type Snapshot } from './snapshot.js'
import { tableOf } from './variables.js'

/** A value, or a function that makes it once the engine and the seed are set. */
export type Made<T> = T | (() => T | Promise<T>)

/** How a stage went, and what it gives to the caller. */
export type Ended<Result> = { readonly outcome: Outcome; readonly result: Result }

const REQUIRED = {
  fit: ['trainingStep', 'variables', 'configureOptimizers'],
  validate: ['validationStep', 'variables'],
  test: ['testStep', 'variables'],
  predict: ['predictStep', 'variables'],
}
/** Kernels that only gradients need, which some backends lack (stock wasm: most of them). */
const GRADIENT_KERNELS = [
  ...['Conv2DBackpropFilter', 'Conv2DBackpropInput', 'DepthwiseConv2dNativeBackpropFilter'],
  ...['DepthwiseConv2dNativeBackpropInput', 'UnsortedSegmentSum', 'MaxPoolGrad', 'AvgPoolGrad'],
]

/** Begins and ends runs: configure and the module before, error and teardown after. One per trainer. */
export class StageRunner {
  readonly #state = initialState()
  readonly state = readOnlyView(this.#state)
  readonly hooks = new HookTable((message) => this.report.warn(message))
  readonly host: PluginHost
  readonly report: Reporter
  /** The run that goes on, from `setup` to `teardown`, and the last fit. */
  #current: Run | undefined
  #fitted: FitRun | undefined
  isDisposed = false
  #latch: StopLatch = { signal: new AbortController().signal }
  #rootDir: string
  #isBusy = false

  constructor(readonly options: TrainerOptions) {
    this.#rootDir = resolveOptions(options).rootDir
    this.host = new PluginHost(this.hooks, (plugin) => this.#contextOf(plugin))
    this.report = this.host.reporter()
  }

  /** @throws REG_BUSY, REG_DISPOSED */
  assertIdle(call: string): void {
    if (this.isDisposed) fail('REG_DISPOSED.call', { call })
    if (this.#isBusy) fail('REG_BUSY.call', { call, stage: this.state.stage })
  }

  /**
   * Runs a stage: configure*, the engine and the module, then the body, then error and teardown.
   *
   * @throws the first cause
   */
  async *stream<Item, Result>(
    stage: Stage,
    module: Made<TrainingModule<never>>,
    signal: AbortSignal | undefined,
    body: (parts: RunParts) => AsyncGenerator<Item, Ended<Result>, undefined>,
  ): AsyncGenerator<Item, Result, undefined> {
    this.assertIdle(`${stage}()`)
    this.#isBusy = true
    Object.assign(this.#state, stage === 'fit' ? initialState() : {}, { stage })
    this.#latch = { signal: signal ?? new AbortController().signal }
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
    const within = <Result>(call: () => Result) => hooks.sections.run('module', 0, call)
    const module = checkModule(typeof made === 'function' ? await within(made) : made, stage)
    const backend = await preflight(report, stage === 'fit')
    await within(() => module.setup?.({ stage, signal: latch.signal }))
    const table = tableOf(within(() => module.variables()))
    const enter = (run: Run) => {
      this.#current = run
      if (run instanceof FitRun) this.#fitted = run
    }
    const about = { stage, module, options, given, table, backend, enter }
    return { ...about, latch, state, hooks, host, report }
  }

  /** Shows an error to those who observe, whose own errors do not replace it. */
  async #observed(thrown: unknown) {
    const error = located(thrown, 'REG_MODULE_FAILED', `${this.state.stage} failed`)
    await this.hooks.emitAfterError('error', at(this.#state, { error }))
    return error
  }

  async #tearDown(stage: Stage, outcome: Outcome, unwatch: () => void): Promise<void> {
    const payload = at(this.#state, { stage, outcome })
    try {
      await this.hooks[outcome === 'failed' ? 'emitAfterError' : 'emit']('teardown', payload)
    } catch (thrown) {
      throw await this.#observed(thrown)
    } finally {
      unwatch()
      this.host.unmute()
      if (this.#current instanceof FitRun) this.#current.epochLog.dispose()
      this.#current = undefined
      Object.assign(this.#state, { stage: 'idle', isSanityCheck: false })
      this.#isBusy = false
    }
  }

  #running(call: string): Run {
    return this.#current ?? fail('REG_NOT_RUNNING.call', { call })
  }

  /** The state of the current or last fit. @throws REG_NOT_RUNNING, REG_BUSY */
  async snapshot(): Promise<Snapshot> {
    return collectSnapshot(this.#fitted ?? fail('REG_NOT_RUNNING.snapshot'))
  }

  /** What a plugin is given; signal and folder are those of the current run. */
  #contextOf(plugin: string): RunContext {
    const own: Omit<RunContext, 'signal' | 'rootDir'> = {
      state: this.state,
      snapshot: () => this.snapshot(),
      log: (...given) => this.#running('log').log(...given),
      record: (content) => this.#running('record').record(content),
      requestSave: () =>
        void Object.assign(this.#running('requestSave'), { isSaveRequested: true }),
      requestStop: (message) => {
        this.#running('requestStop')
        if (this.#latch.requested) return
        this.#latch.requested = { kind: 'plugin', plugin, message }
        this.hooks.bus.emit('stopRequested', this.#latch.requested)
      },
    }
    const [signal, rootDir] = [() => this.#latch.signal, () => this.#rootDir]
    const live = { signal: { get: signal }, rootDir: { get: rootDir } }
    return Object.defineProperties(own as RunContext, live)
  }
}

/** Checks that a module has what a stage needs. @throws REG_MODULE_INVALID */
function checkModule(given: unknown, stage: Stage): TrainingModule<unknown> {
  const module = Object(given) as Readonly<Record<string, unknown>>
  const lacking = REQUIRED[stage].find((part) => typeof module[part] !== 'function')
  if (lacking === undefined) return given as TrainingModule<unknown>
  const part = module[lacking] === undefined ? 'none' : quote(module[lacking])
  const found = given === module ? `it has ${part}` : `${quote(given)} was given`
  const hint = suggestion(lacking, Object.keys(module))
  return fail('REG_MODULE_INVALID.lacks', { part: lacking, stage, found, hint })
}

/**
 * Waits for the backend and says which gradient kernels it lacks.
 *
 * @returns the name of the backend
 * @throws REG_BACKEND_MISSING, REG_GRADIENT_MISSING
 */
async function preflight(report: Reporter, isTraining: boolean): Promise<string> {
  await Promise.resolve()
    .then(tf.ready)
    .catch((cause) => fail('REG_BACKEND_MISSING.none', {}, { cause }))
  const backend = tf.getBackend()
  if (!isTraining) return backend
  if (!tf.getGradient('Mean')) fail('REG_GRADIENT_MISSING.mean')
  const known = new Set(tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName))
  const kernels = GRADIENT_KERNELS.filter((kernel) => !known.has(kernel)).join(', ')
  if (kernels) report.info(say('notice.kernels', { backend, kernels }))
  return backend
}
