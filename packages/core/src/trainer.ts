import type { DataSource, DataSources, FitData } from './batch-source.js'
import { RegimenError } from './errors.js'
import { evaluate } from './evaluate.js'
import type { EventOf, EventStream, TrainerEvents, WatchOptions } from './events.js'
import { explain } from './explain.js'
import { type FitResult, fit, outcomeOf } from './fit.js'
import type { FitRun } from './fit-run.js'
import type { Hooks } from './hooks.js'
import { createHost } from './host-trainer.js'
import type { EventName } from './lifecycle.js'
import type { TrainingModule } from './module.js'
import { parkOptimizer, unparkOptimizer } from './optimizer-slots.js'
import { resolveOptions, type TrainerOptions } from './options.js'
import type { PluginEntry } from './plugin.js'
import { predict } from './predict.js'
import { Run } from './run.js'
import type { RunState } from './run-state.js'
import type { Snapshot } from './snapshot.js'
import { collectSnapshot } from './snapshot-io.js'
import { type Made, type OpenRun, StageRunner } from './stage-runner.js'
import type { Outcome } from './stop.js'
import { restoreVariables } from './weights.js'
import '#tfjs-gradients'

/** What a fit may be told besides module and data. */
export interface FitOptions {
  /** Interrupts the run at the end of the batch under way; `fit` then resolves. */
  readonly signal?: AbortSignal | undefined
  /** A snapshot, or what a checkpoint plugin finds: `'last'`, `'best'` or a path. */
  readonly resumeFrom?: Snapshot | 'last' | 'best' | (string & {}) | undefined
}

/** What a validation, test or prediction may be told. */
export interface EvaluateOptions {
  readonly signal?: AbortSignal | undefined
  /** Weights to use: a snapshot, or what a checkpoint plugin finds. */
  readonly checkpoint?: Snapshot | 'last' | 'best' | (string & {}) | undefined
}

/**
 * Runs the loop and emits its lifecycle. Everything else is a plugin.
 *
 * @example
 * const trainer = new Trainer({ maxEpochs: 10, plugins: [progress()] })
 * const { stop, metrics } = await trainer.fit(module, { train, validation })
 */
export class Trainer {
  /** Awaited, ordered, may change or stop the run; errors end it. */
  readonly hooks: Hooks
  /** Counters of completed things, and what goes on. */
  readonly state: RunState
  readonly #runner: StageRunner
  #fitted: FitRun | undefined

  /** @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID, and what plugins throw for bad options */
  constructor(options: TrainerOptions = {}) {
    this.#runner = new StageRunner(options, (runner) => createHost(runner, () => this.snapshot()))
    this.#runner.host.use(options.plugins ?? [])
    this.hooks = this.#runner.host.userHooks()
    this.state = this.#runner.state
  }

  /** All events. They only watch: nothing waits for a subscriber. Completes at `dispose`. */
  get events$(): TrainerEvents {
    return this.#runner.bus.events$
  }

  /** The events of one name. */
  on<Name extends EventName>(name: Name, options?: WatchOptions): EventStream<EventOf<Name>> {
    return this.#runner.bus.on(name, options)
  }

  /**
   * Trains. Resolves also when stopped or interrupted; rejects with the first cause when something failed.
   *
   * @throws REG_BUSY, REG_DISPOSED, REG_MODULE_INVALID, REG_DATA_INVALID, and whatever fails on the way
   */
  async fit<B>(
    module: Made<TrainingModule<NoInfer<B>>>,
    data: Made<FitData<B>>,
    options: FitOptions = {},
  ): Promise<FitResult> {
    const { signal, resumeFrom } = options
    const load = resumeFrom === undefined ? undefined : () => this.#load(resumeFrom)
    const request = { data: data as Made<FitData<never>>, resumeFrom: load }
    const open = await this.#runner.open({ stage: 'fit', module: erased(module), signal })
    return this.#within(open, outcomeOf, () =>
      fit(this.#runner, open, request, (run) => {
        this.#fitted = run
      }),
    )
  }

  /** Validates. @returns metrics by name, `val_loss` and so on */
  async validate<B>(
    module: Made<TrainingModule<NoInfer<B>>>,
    data: DataSources<B>,
    options: EvaluateOptions = {},
  ): Promise<Record<string, number>> {
    return this.#evaluate('validation', erased(module), data as DataSources<never>, options)
  }

  /** Tests. @returns metrics by name, `test_loss` and so on */
  async test<B>(
    module: Made<TrainingModule<NoInfer<B>>>,
    data: DataSources<B>,
    options: EvaluateOptions = {},
  ): Promise<Record<string, number>> {
    return this.#evaluate('test', erased(module), data as DataSources<never>, options)
  }

  /** What `predictStep` returns for each batch. The caller owns its tensors. */
  async *predict<B>(
    module: Made<TrainingModule<NoInfer<B>>>,
    data: DataSource<B>,
    options: EvaluateOptions = {},
  ): AsyncGenerator<unknown, void, undefined> {
    const { signal, checkpoint } = options
    const open = await this.#runner.open({ stage: 'predict', module: erased(module), signal })
    let failure: { readonly cause: unknown } | undefined
    let outcome: Outcome = 'stopped'
    try {
      const run = new Run(open)
      await this.#begin(run, open, checkpoint)
      yield* predict(run, data as DataSource<unknown>)
      outcome = run.latch.isInterrupted ? 'interrupted' : 'completed'
    } catch (cause) {
      failure = { cause }
    } finally {
      await this.#runner.close(open, outcome, failure)
    }
  }

  /**
   * Adds a plugin, or a list of them, between runs.
   *
   * @returns a function that takes it out again
   * @throws REG_BUSY, and what is wrong with the plugin
   */
  use(plugin: PluginEntry): () => Promise<void> {
    this.#runner.assertIdle('use()')
    return this.#runner.host.use([plugin])
  }

  /**
   * The whole state of the current or last fit, copied.
   *
   * @throws REG_NOT_RUNNING before the first fit, REG_BUSY in the middle of a step
   */
  async snapshot(): Promise<Snapshot> {
    const run = this.#fitted
    if (!run)
      throw new RegimenError('REG_NOT_RUNNING', 'There is nothing to save before a fit has begun.')
    if (run.endedAt === undefined) return collectSnapshot(run)
    const optimizers = Object.values(run.optimizers)
    const firstId = Math.min(...optimizers.map((optimizer) => unparkOptimizer(optimizer)))
    try {
      return await collectSnapshot(run)
    } finally {
      for (const optimizer of optimizers) await parkOptimizer(optimizer, firstId)
    }
  }

  /** The loop in words, with every plugin at its place. */
  explain(): string {
    const { host, table, options } = this.#runner
    return explain({ options: resolveOptions(options), plugins: host.plugins, taps: table.records })
  }

  /** Ends the streams and disposes of the plugins. The trainer cannot run afterwards. */
  async dispose(): Promise<void> {
    if (this.#runner.isDisposed) return
    this.#runner.assertIdle('dispose()')
    this.#runner.isDisposed = true
    await this.#runner.host.dispose()
    this.#runner.bus.complete()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose()
  }

  async #evaluate(
    kind: 'validation' | 'test',
    module: Made<TrainingModule<never>>,
    sources: DataSources<never>,
    { signal, checkpoint }: EvaluateOptions,
  ): Promise<Record<string, number>> {
    const stage = kind === 'test' ? 'test' : 'validate'
    const open = await this.#runner.open({ stage, module, signal })
    let isInterrupted = false
    const outcome = () => (isInterrupted ? 'interrupted' : 'completed')
    return this.#within(open, outcome, async () => {
      const run = new Run(open)
      await this.#begin(run, open, checkpoint)
      const limit = open.options.limitBatches[kind]
      if (limit === 0) return {}
      const result = await evaluate(run, { kind, sources, limit, isSanityCheck: false })
      isInterrupted = result.isInterrupted
      return Object.fromEntries(result.values)
    })
  }

  async #begin(run: Run, open: OpenRun, checkpoint: EvaluateOptions['checkpoint']): Promise<void> {
    await this.#runner.begin(run, {
      stage: run.stage,
      options: open.options,
      module: open.module,
      variables: open.table.byName,
      optimizers: {},
      hparams: open.module.hparams ?? {},
      trainBatches: undefined,
      validationBatches: undefined,
      splits: [],
      backend: open.backend,
      isResumed: checkpoint !== undefined,
    })
    if (checkpoint !== undefined) {
      restoreVariables(open.table, (await this.#load(checkpoint)).tensors)
    }
  }

  async #within<Result>(
    open: OpenRun,
    outcomeOf: (result: Result) => Outcome,
    body: () => Promise<Result>,
  ): Promise<Result> {
    let result: Result
    try {
      result = await body()
    } catch (cause) {
      await this.#runner.close(open, 'failed', { cause })
      throw cause
    }
    await this.#runner.close(open, outcomeOf(result))
    return result
  }

  async #load(reference: Snapshot | string): Promise<Snapshot> {
    if (typeof reference !== 'string') return reference
    const service = this.#runner.host.service('checkpoints')
    if (!service) {
      throw new RegimenError(
        'REG_SERVICE_MISSING',
        `"${reference}" can be found only by a checkpoint plugin, and there is none. Add checkpoint() of @regimen/plugin-checkpoint, or give a snapshot.`,
      )
    }
    return (await (service as { load(reference: string): Promise<unknown> }).load(
      reference,
    )) as Snapshot
  }
}

function erased<B>(module: Made<TrainingModule<B>>): Made<TrainingModule<never>> {
  return module as Made<TrainingModule<never>>
}
