import type { DataSource, DataSources, FitData } from './batch-source.js'
import { type EvaluationKind, evaluateBatches } from './evaluate.js'
import type { EventOf, EventStream, TrainerEvents, WatchOptions } from './events.js'
import { fit } from './fit.js'
import type { FitResult } from './fit-run.js'
import { type EventName, explain, type Hooks } from './lifecycle.js'
import type { Made, TrainingModule } from './modules.js'
import type { TrainerOptions } from './options.js'
import type { PluginEntry } from './plugin.js'
import type { RunState } from './run-state.js'
import { Session } from './session.js'
import type { Snapshot } from './snapshot.js'
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
  /** All events. They only watch: nothing waits for a subscriber. Completes at `dispose`. */
  readonly events$: TrainerEvents
  /** Counters of completed things, and what goes on. */
  readonly state: RunState
  readonly #session: Session

  /** @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID, and what plugins throw for bad options */
  constructor(options: TrainerOptions = {}) {
    const session = new Session(options)
    this.#session = session
    this.hooks = session.hooks.facade(session.host.user)
    this.events$ = session.hooks.bus.all('events$')
    this.state = session.view
  }

  /** The events of one name. */
  on<Name extends EventName>(name: Name, options?: WatchOptions): EventStream<EventOf<Name>> {
    return this.#session.hooks.bus.on(name, options)
  }

  /**
   * Trains. Resolves also when stopped or interrupted; rejects with the first cause when something failed.
   *
   * @throws REG_BUSY, REG_DISPOSED, REG_MODULE_INVALID, REG_DATA_INVALID, and whatever fails on the way
   */
  async fit<B>(module: Module<B>, data: Made<FitData<B>>, options: FitOptions = {}) {
    const session = this.#session
    const stage = session.run({ ...options, stage: 'fit', module }, () => fit(session, data))
    return (await stage.next()).value as FitResult
  }

  /** Validates. @returns metrics by name, `val_loss` and so on */
  async validate<B>(module: Module<B>, data: DataSources<B>, options?: EvaluateOptions): Values {
    return metricsOf(this.#evaluate('validation', module, data, options))
  }

  /** Tests. @returns metrics by name, `test_loss` and so on */
  async test<B>(module: Module<B>, data: DataSources<B>, options?: EvaluateOptions): Values {
    return metricsOf(this.#evaluate('test', module, data, options))
  }

  /** What `predictStep` returns for each batch. The caller owns its tensors. */
  async *predict<B>(module: Module<B>, data: DataSource<B>, options?: EvaluateOptions) {
    yield* this.#evaluate('predict', module, data, options)
  }

  /**
   * Adds a plugin, or a list of them, between runs.
   *
   * @returns a function that takes it out again
   * @throws REG_BUSY, and what is wrong with the plugin
   */
  use(plugin: PluginEntry): () => Promise<void> {
    this.#session.assertIdle('use()')
    return this.#session.host.use(plugin)
  }

  /**
   * The whole state of the current or last fit, copied.
   *
   * @throws REG_NOT_RUNNING before the first fit, REG_BUSY in the middle of a step
   */
  readonly snapshot = (): Promise<Snapshot> => this.#session.snapshot()

  /** The loop in words, with every plugin at its place. */
  readonly explain = (): string => explain(this.#session)

  /** Ends the streams and disposes of the plugins. The trainer cannot run afterwards. */
  async dispose(): Promise<void> {
    const session = this.#session
    if (session.isDisposed) return
    session.assertIdle('dispose()')
    session.isDisposed = true
    await session.host.remove()
    session.hooks.bus.complete()
  }

  [Symbol.asyncDispose] = (): Promise<void> => this.dispose()

  #evaluate(kind: EvaluationKind, module: Module<never>, data: unknown, options?: EvaluateOptions) {
    const session = this.#session
    const stage = kind === 'validation' ? 'validate' : kind
    const { signal, checkpoint: resumeFrom } = options ?? {}
    return session.run({ stage, module, signal, resumeFrom }, async function* () {
      await session.open()
      const snapshot = await session.found()
      if (snapshot) restoreVariables(session.table, snapshot.tensors)
      return yield* evaluateBatches(session, { kind, sources: data as DataSources<never> })
    })
  }
}

const metricsOf = async (stage: AsyncGenerator<unknown, object>): Values =>
  (await stage.next()).value as Awaited<Values>
