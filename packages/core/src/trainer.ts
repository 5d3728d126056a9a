import type { BatchOf, DataSource, DataSources, FitData } from './data/batch-source.js'
import type { AnyBatch, NoBatch, OtherBatch, TakenBatch } from './data/batch-types.js'
import { installGradients } from './gradients/install.js'
import type {
  EventOf,
  EventStream,
  TrainerEvents,
  WatchOptions,
} from './hooks/event-bus.js'
import type { EventName } from './hooks/lifecycle.js'
import type { Hooks } from './hooks/tappable.js'
import { runEvaluation, runPrediction } from './loop/evaluation-stages.js'
import { fit } from './loop/fit.js'
import type { EvaluationNames, FitMetrics, KnownMetrics } from './metrics/metric-names.js'
import type {
  EvaluationModule,
  EvaluationOutput,
  Made,
  MadeBy,
  MadeModule,
  Maker,
  PredictingModule,
  TestedModule,
  TrainingOutput,
  ValidatedModule,
} from './module/modules.js'
import type { PluginEntry } from './plugins/plugin.js'
import type { TrainerOptions } from './plugins/trainer-options.js'
import { explain } from './run/explain.js'
import type { FitResult } from './run/fit-result.js'
import { Session } from './run/session.js'
import { runStage } from './run/stage.js'
import type { RunState } from './state/run-state.js'
import type { Snapshot } from './state/snapshot.js'
import type { EvaluateOptions, FitOptions, FittedModule } from './trainer-options.js'
import '#tfjs-gradients'

export type { EvaluateOptions, FitOptions, SnapshotReference } from './trainer-options.js'

/**
 * Runs the loop and emits its lifecycle. Everything else is a plugin.
 *
 * @example
 * const w = tf.variable(tf.scalar(0))
 * const trainer = new Trainer({ maxEpochs: 10 })
 * const { stop, metrics } = await trainer.fit(
 *   {
 *     trainingStep: (x) => tf.mean(tf.squaredDifference(tf.mul(x, w), tf.mul(x, 3))),
 *     variables: () => ({ w }),
 *     configureOptimizers: () => tf.train.sgd(0.1),
 *   },
 *   { train: () => [tf.tensor1d([1, 2]), tf.tensor1d([3, 4])] },
 * )
 */
export class Trainer {
  /** Awaited and in order; taps may change or stop the run, and an error ends it. */
  readonly hooks: Hooks
  /** All events, for watching only: the loop waits for no subscriber. Completes on `dispose`. */
  readonly events$: TrainerEvents
  /** Counters of completed work, and what the trainer is doing. */
  readonly state: RunState
  readonly #session: Session

  /** @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID, and what plugins throw for bad options */
  constructor(options: TrainerOptions = {}) {
    installGradients()
    const session = new Session(options)
    this.#session = session
    this.hooks = session.hooks.facade(session.host.user)
    this.events$ = session.hooks.bus.all('events$')
    this.state = session.view
  }

  /** The events of one name. @throws REG_OPTION_INVALID if `every` is not a positive integer */
  on<Name extends EventName>(
    name: Name,
    options?: WatchOptions,
  ): EventStream<EventOf<Name>> {
    return this.#session.hooks.bus.on(name, options)
  }

  /**
   * Trains. Also resolves if the run is stopped or interrupted; rejects with the first error otherwise.
   *
   * A module written inline needs no type annotations: its batch type is that of the data.
   *
   * @throws REG_BUSY, REG_DISPOSED, REG_MODULE_INVALID, REG_DATA_INVALID, and whatever else fails during the run
   */
  async fit<
    B extends AnyBatch = NoBatch,
    Auto extends boolean = true,
    R extends TrainingOutput = TrainingOutput,
    V extends EvaluationOutput = EvaluationOutput,
    D extends DataSources<B> | undefined = DataSources<B> | undefined,
    P extends AnyBatch = NoBatch,
    F extends Maker = Maker,
  >(
    module: MadeBy<FittedModule<B, Auto, R, V, P>, F>,
    data: Made<FitData<B, D, P>>,
    options: FitOptions = {},
  ): Promise<
    FitResult<FitMetrics<R, V, D>, MadeModule<FittedModule<B, Auto, R, V, P>, F>>
  > {
    const session = this.#session
    const request = { ...options, stage: 'fit', module } as const
    const result: FitResult = await runStage(session, request, () =>
      fit(session, data as Made<FitData<unknown>>),
    )
    return result as FitResult<
      FitMetrics<R, V, D>,
      MadeModule<FittedModule<B, Auto, R, V, P>, F>
    >
  }

  /**
   * Validates.
   *
   * @returns metrics by name, `val_loss` and so on
   * @throws REG_INTERRUPTED if the signal is aborted; `error.data.metrics` has the means so far
   */
  async validate<
    V extends EvaluationOutput,
    D extends DataSources<AnyBatch> = DataSources<OtherBatch>,
  >(
    module: Made<ValidatedModule<TakenBatch<BatchOf<D>>, V>>,
    data: D,
    options?: EvaluateOptions,
  ): Promise<KnownMetrics<EvaluationNames<'val_', V, D>>> {
    return this.#evaluate('validation', module, data, options)
  }

  /**
   * Tests.
   *
   * @returns metrics by name, `test_loss` and so on
   * @throws REG_INTERRUPTED if the signal is aborted; `error.data.metrics` has the means so far
   */
  async test<
    T extends EvaluationOutput,
    D extends DataSources<AnyBatch> = DataSources<NoBatch>,
  >(
    module: Made<TestedModule<TakenBatch<BatchOf<D>>, T>>,
    data: D,
    options?: EvaluateOptions,
  ): Promise<KnownMetrics<EvaluationNames<'test_', T, D>>> {
    return this.#evaluate('test', module, data, options)
  }

  /**
   * Yields what `predictStep` returns for each batch, awaited. The caller owns its tensors.
   *
   * @throws REG_INTERRUPTED if the signal is aborted, after the batches already yielded
   */
  async *predict<P, B extends AnyBatch = NoBatch>(
    module: Made<PredictingModule<TakenBatch<NoInfer<B>>, P>>,
    data: DataSource<B>,
    options: EvaluateOptions = {},
  ): AsyncGenerator<Awaited<P>, void, undefined> {
    const { signal, checkpoint: resumeFrom } = options
    const request = { module, source: data, signal, resumeFrom }
    yield* runPrediction(this.#session, request) as AsyncGenerator<Awaited<P>, void>
  }

  /**
   * Adds a plugin, or a list of them, between runs.
   *
   * @returns a function that removes it
   * @throws REG_BUSY, and the error of an invalid plugin
   */
  use(plugin: PluginEntry): () => Promise<void> {
    this.#session.assertIdle('use()')
    return this.#session.host.use(plugin)
  }

  /**
   * Copies the whole state of the current or last fit.
   *
   * During a validation or an epoch's end, and after an error, this is the state just before it.
   *
   * @throws REG_NOT_RUNNING before the first fit; REG_BUSY in the middle of a step, and whenever a fit
   * could not be resumed from the snapshot
   */
  readonly snapshot = (): Promise<Snapshot> => this.#session.snapshot()

  /** The loop in words, with each plugin in its place. */
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

  async #evaluate<M>(
    kind: 'validation' | 'test',
    module: Made<EvaluationModule<never>>,
    sources: DataSources<unknown>,
    { signal, checkpoint: resumeFrom }: EvaluateOptions = {},
  ): Promise<M> {
    const request = { module, sources, signal, resumeFrom }
    return (await runEvaluation(this.#session, kind, request)) as M
  }
}
