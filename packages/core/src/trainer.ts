import type { DataSource, DataSources, FitData } from './batch-source.js'
import { fail } from './errors.js'
import { type Evaluation, evaluateBatches } from './evaluate.js'
import type { EventOf, EventStream, TrainerEvents, WatchOptions } from './events.js'
import { explain } from './explain.js'
import { type FitResult, fit } from './fit.js'
import type { FitRun } from './fit-run.js'
import type { Hooks } from './hooks.js'
import type { EventName } from './lifecycle.js'
import type { TrainingModule } from './module.js'
import { resolveOptions, type TrainerOptions } from './options.js'
import type { PluginEntry } from './plugin.js'
import type { CheckpointService } from './registry.js'
import { Run } from './run.js'
import type { RunState } from './run-state.js'
import { checkedSnapshot, collectSnapshot, type Snapshot } from './snapshot.js'
import { type Made, StageRunner } from './stage-runner.js'
import { restoreVariables } from './variables.js'
import '#tfjs-gradients'

/** A snapshot, or what a checkpoint plugin finds: `'last'`, `'best'` or a path. */
export type SnapshotReference = Snapshot | 'last' | 'best' | (string & {})

/** What a fit may be told besides module and data. */
export interface FitOptions {
  /** Interrupts the run at the end of the batch under way; `fit` then resolves. */
  readonly signal?: AbortSignal | undefined
  readonly resumeFrom?: SnapshotReference | undefined
}

/** What a validation, test or prediction may be told. */
export interface EvaluateOptions extends Pick<FitOptions, 'signal'> {
  /** Weights to use. */
  readonly checkpoint?: SnapshotReference | undefined
}

type Module<B> = Made<TrainingModule<NoInfer<B>>>
type Values = Promise<Record<string, number>>
type Result = Promise<FitResult>

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
    this.#runner = new StageRunner(options, () => this.snapshot())
    this.#runner.host.use(options.plugins)
    this.hooks = this.#runner.host.userHooks()
    this.state = this.#runner.state
  }

  /** All events. They only watch: nothing waits for a subscriber. Completes at `dispose`. */
  get events$(): TrainerEvents {
    return this.#runner.bus.all('events$')
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
  async fit<B>(module: Module<B>, data: Made<FitData<B>>, options: FitOptions = {}): Result {
    const { signal, resumeFrom } = options
    const load = resumeFrom === undefined ? undefined : () => this.#load(resumeFrom)
    return this.#runner.run({ stage: 'fit', module, signal }, async (parts) => {
      const { sections } = parts.hooks
      const own = typeof data === 'function' ? await sections.run('data', 0, data) : data
      const enter = (run: FitRun) => {
        this.#fitted = run
        this.#runner.current = run
      }
      return fit(parts, { data: own as FitData<unknown>, load, enter })
    })
  }

  /** Validates. @returns metrics by name, `val_loss` and so on */
  async validate<B>(module: Module<B>, data: DataSources<B>, options?: EvaluateOptions): Values {
    return this.#metrics('validation', module, data as DataSources<unknown>, options)
  }

  /** Tests. @returns metrics by name, `test_loss` and so on */
  async test<B>(module: Module<B>, data: DataSources<B>, options?: EvaluateOptions): Values {
    return this.#metrics('test', module, data as DataSources<unknown>, options)
  }

  /** What `predictStep` returns for each batch. The caller owns its tensors. */
  async *predict<B>(
    module: Module<B>,
    data: DataSource<B>,
    options?: EvaluateOptions,
  ): AsyncGenerator<unknown, void, undefined> {
    yield* this.#evaluate('predict', module, data as DataSource<unknown>, options)
  }

  /**
   * Adds a plugin, or a list of them, between runs.
   *
   * @returns a function that takes it out again
   * @throws REG_BUSY, and what is wrong with the plugin
   */
  use(plugin: PluginEntry): () => Promise<void> {
    this.#runner.assertIdle('use()')
    return this.#runner.host.use(plugin)
  }

  /**
   * The whole state of the current or last fit, copied.
   *
   * @throws REG_NOT_RUNNING before the first fit, REG_BUSY in the middle of a step
   */
  async snapshot(): Promise<Snapshot> {
    const run = this.#fitted
    if (!run) return fail('REG_NOT_RUNNING', 'There is nothing to save before a fit.')
    return collectSnapshot(run)
  }

  /** The loop in words, with every plugin at its place. */
  explain(): string {
    const { host, hooks, options } = this.#runner
    return explain(resolveOptions(options), host.plugins, hooks.records)
  }

  /** Ends the streams and disposes of the plugins. The trainer cannot run afterwards. */
  async dispose(): Promise<void> {
    const runner = this.#runner
    if (runner.isDisposed) return
    runner.assertIdle('dispose()')
    runner.isDisposed = true
    await runner.host.remove(runner.host.plugins)
    runner.bus.complete()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose()
  }

  async #metrics(
    kind: 'validation' | 'test',
    module: Made<TrainingModule<never>>,
    sources: DataSources<unknown>,
    options?: EvaluateOptions,
  ): Values {
    const { value } = await this.#evaluate(kind, module, sources, options).next()
    return Object.fromEntries(value as ReadonlyMap<string, number>)
  }

  #evaluate(
    kind: Evaluation['kind'],
    module: Made<TrainingModule<never>>,
    sources: DataSources<unknown>,
    { signal, checkpoint }: EvaluateOptions = {},
  ) {
    const stage = kind === 'validation' ? 'validate' : kind
    const load = checkpoint === undefined ? undefined : () => this.#load(checkpoint)
    const runner = this.#runner
    return runner.stream({ stage, module, signal }, async function* (parts) {
      const run = new Run(parts)
      runner.current = run
      await run.begin({ isResumed: load !== undefined })
      if (load) restoreVariables(parts.table, (await load()).tensors)
      const limit = parts.options.limitBatches[kind]
      return yield* evaluateBatches(run, { kind, sources, limit })
    })
  }

  async #load(reference: SnapshotReference): Promise<Snapshot> {
    if (typeof reference !== 'string') return checkedSnapshot(reference)
    const [service] = this.#runner.host.services('checkpoints') as CheckpointService[]
    if (service) return checkedSnapshot((await service.load(reference)) as Snapshot)
    const text = `"${reference}" can be found only by a checkpoint plugin, and there is none. Add`
    const advice = 'checkpoint() of @regimen/plugin-checkpoint, or give a snapshot'
    return fail('REG_SERVICE_MISSING', `${text} ${advice}.`)
  }
}
