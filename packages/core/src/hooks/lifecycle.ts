import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core'
import type { LogRecord } from '../metrics/records.js'
import type { RunOptions } from '../state/options.js'
import type { Counters, StopReason } from '../state/run-state.js'
import type { Snapshot } from '../state/snapshot.js'
import type {
  BatchEndPayload,
  BatchPayload,
  BatchStartPayload,
  ConfigurePayload,
  EpochEndPayload,
  EpochStartPayload,
  ErrorPayload,
  FitEndPayload,
  FitStartPayload,
  GradientsPayload,
  LoadStatePayload,
  LossPayload,
  MonitorPayload,
  PredictBatchEndPayload,
  PredictBatchStartPayload,
  PredictEndPayload,
  PredictStartPayload,
  RecordEventPayload,
  SanityEndPayload,
  SanityStartPayload,
  SavePayload,
  SaveStatePayload,
  SetupPayload,
  StepEndPayload,
  StepStartPayload,
  TeardownPayload,
  TestBatchEndPayload,
  TestBatchStartPayload,
  TestEndPayload,
  TestStartPayload,
  ValidationBatchEndPayload,
  ValidationBatchStartPayload,
  ValidationEndPayload,
  ValidationStartPayload,
} from './payloads.js'
import type { Report } from './report.js'

/**
 * One line of the lifecycle: how deep it lies in the loop, when it is called and what for, and the
 * counter that `on(name, { every })` divides. `types` carries types only.
 */
type Row<K, P, V> = Readonly<Line & { kind: K; types?: { value: V; payload: P } }>
type Line = { depth: number; about: string; counter?: keyof Counters | 'evaluated' }

const row =
  <K extends string>(kind: K) =>
  <P, V = undefined>(depth: number, about: string, counter?: Line['counter']) =>
    ({ kind, depth, about, counter }) as Row<K, P, V>
const series = row('series')
const waterfall = row('waterfall')

/** The lifecycle, in order: the only list of hooks. Types, documentation and `explain` come from it. */
export const lifecycle = {
  /** Called before anything else: a tap may return other options, which are then frozen. */
  configure: waterfall<ConfigurePayload, RunOptions>(0, 'options may be rewritten'),
  /** Called once module, data and options are known, with all that a plugin may want of the run. */
  setup: series<SetupPayload>(0, 'module, data and options are known'),
  /** Called where a run is resumed, after the snapshot has been restored. */
  loadState: series<LoadStatePayload>(0, 'resuming: a snapshot has been restored'),
  /** Called before a few validation batches are tried, before training. */
  sanityStart: series<SanityStartPayload>(0, 'a few validation batches are about to be tried'),
  /** Called after they were tried; `monitor` and `save` do not run. */
  sanityEnd: series<SanityEndPayload>(0, 'they were tried; monitor and save do not run'),
  /** Called before training begins. */
  fitStart: series<FitStartPayload>(0, 'training is about to begin'),
  /** Called when an epoch begins. */
  epochStart: series<EpochStartPayload>(1, 'an epoch begins', 'epoch'),
  /** Called with each training batch: a tap may return another one. */
  batch: waterfall<BatchPayload, unknown>(2, 'the batch may be replaced'),
  /** Called before a training batch is used. */
  batchStart: series<BatchStartPayload>(2, 'a training batch is about to be used', 'batch'),
  /** The tape, the loss and the gradients of a step, which `wrapStep` wraps. */
  step: row('wrap')<undefined>(3, 'tape, loss and gradients; wrapped by wrapStep'),
  /** Called inside the tape, synchronously: a tap may return another loss. */
  loss: row('sync waterfall')<LossPayload, Tensor>(3, 'inside the tape: the loss may be replaced'),
  /** Called with the gradients by name: a tap may return others, or `null` for no step. */
  gradients: waterfall<GradientsPayload, NamedTensorMap | null>(
    3,
    'may be replaced; null: no step',
  ),
  /** Called before an optimizer changes the weights. */
  stepStart: series<StepStartPayload>(3, 'the optimizer is about to change the weights', 'step'),
  /** Called after an optimizer has changed the weights. */
  stepEnd: series<StepEndPayload>(3, 'it has changed them', 'step'),
  /** Called after a training batch, when its metrics can be read. */
  batchEnd: series<BatchEndPayload>(2, 'its metrics can be read', 'step'),
  /** Called when a validation begins. */
  validationStart: series<ValidationStartPayload>(2, 'a validation begins'),
  /** Called before a validation batch is used. */
  validationBatchStart: series<ValidationBatchStartPayload>(
    3,
    'a batch is about to be used',
    'evaluated',
  ),
  /** Called after a validation batch, with its metrics and its `output`. */
  validationBatchEnd: series<ValidationBatchEndPayload>(3, 'it was used', 'evaluated'),
  /** Called when the metrics of a validation are final. */
  validationEnd: series<ValidationEndPayload>(2, 'its metrics are final'),
  /** Called when the metrics of an epoch are final. */
  epochEnd: series<EpochEndPayload>(1, 'the metrics of the epoch are final', 'epoch'),
  /** Called after a validation, an epoch, or both: for those who judge metrics. */
  monitor: series<MonitorPayload>(1, 'who judges metrics: early stopping, plateau'),
  /** Called after `monitor`, when every state and metric is fresh: for those who write. */
  save: series<SavePayload>(
    1,
    'who writes: after monitor, so that every state and metric is fresh',
  ),
  /** Called when training has ended. */
  fitEnd: series<FitEndPayload>(0, 'training has ended'),
  /** Called when a test begins. */
  testStart: series<TestStartPayload>(0, 'a test begins'),
  /** Called before a test batch is used. */
  testBatchStart: series<TestBatchStartPayload>(1, 'a batch is about to be used', 'evaluated'),
  /** Called after a test batch, with its metrics and its `output`. */
  testBatchEnd: series<TestBatchEndPayload>(1, 'it was used', 'evaluated'),
  /** Called when the metrics of a test are final. */
  testEnd: series<TestEndPayload>(0, 'the metrics of the test are final'),
  /** Called when a prediction begins. */
  predictStart: series<PredictStartPayload>(0, 'a prediction begins'),
  /** Called before a batch is predicted. */
  predictBatchStart: series<PredictBatchStartPayload>(
    1,
    'a batch is about to be used',
    'evaluated',
  ),
  /** Called when the output of a batch is ready. */
  predictBatchEnd: series<PredictBatchEndPayload>(1, 'its output is ready', 'evaluated'),
  /** Called when a prediction has ended. */
  predictEnd: series<PredictEndPayload>(0, 'the prediction has ended'),
  /** Called with each log record of any kind: for the loggers. */
  record: series<LogRecord>(0, 'one log record of any kind, for the loggers'),
  /** Called while a snapshot is collected: a tap may return one with more entries. */
  saveState: waterfall<SaveStatePayload, Snapshot>(
    0,
    'a snapshot is collected; entries may be added',
  ),
  /** Sent when a plugin has asked for the end of the run. */
  stopRequested: row('stream')<StopReason>(0, 'a plugin asked for the end of the run'),
  /** Sent with each line that is meant for a person. */
  report: row('stream')<Report>(0, 'a line for a person'),
  /** Called when something has failed; may only be observed. */
  error: series<ErrorPayload>(0, 'something failed; may only be observed'),
  /** Called last, always, in reverse order of the plugins. */
  teardown: series<TeardownPayload>(0, 'always the last, in reverse order'),
} as const

type Lifecycle = typeof lifecycle

/** Every name in the lifecycle. */
export type LifecycleName = keyof Lifecycle
type OfKind<K> = { [N in LifecycleName]: Lifecycle[N]['kind'] extends K ? N : never }[LifecycleName]
/** Hooks that are awaited one tap after the other. */
export type SeriesName = OfKind<'series'>
/** Hooks whose taps may replace a value. */
export type WaterfallName = OfKind<'waterfall' | 'sync waterfall'>
/** Everything that can be tapped. */
export type HookName = SeriesName | WaterfallName
/** Everything that can be watched. */
export type EventName = SeriesName | OfKind<'stream'>

/** What a hook's taps are told. */
export type HookPayload<N extends LifecycleName> = NonNullable<Lifecycle[N]['types']>['payload']
/** What the taps of a waterfall may replace. */
export type HookValue<N extends WaterfallName> = NonNullable<Lifecycle[N]['types']>['value']
/** Refuses functions that return promises; its text is what the compiler says. */
type Synchronous<Result> =
  Result extends PromiseLike<unknown> ? 'tap() does not wait: use tapPromise()' : Result

interface Tappable<Told extends unknown[], Given> {
  /** Adds a synchronous function under a name. @throws REG_HOOK_NAME */
  tap<Result extends Given>(name: string, fn: (...told: Told) => Synchronous<Result>): void
  /** Adds an asynchronous function, which the run waits for. @throws REG_HOOK_NAME */
  tapPromise(name: string, fn: (...told: Told) => Promise<Given>): void
}

/** A hook whose taps are awaited one after the other. */
export type SeriesHook<Payload> = Tappable<[payload: Payload], unknown>
/** A hook whose taps may replace a value; `undefined` leaves it as it is. */
export type WaterfallHook<Value, At> = Tappable<[value: Value, at: At], Value | undefined | void>

type WaterfallOf<N extends WaterfallName> = WaterfallHook<HookValue<N>, HookPayload<N>>

/** The rows of some hooks; a mapped type over them keeps their sentences. */
type Rows<N extends LifecycleName> = Pick<Lifecycle, N>

/** Every hook of the lifecycle. The waterfall `loss` runs inside the tape: synchronous only. */
export type Hooks = {
  readonly [N in keyof Rows<HookName>]: N extends SeriesName
    ? SeriesHook<HookPayload<N>>
    : N extends 'loss'
      ? Pick<WaterfallOf<N>, 'tap'>
      : N extends WaterfallName
        ? WaterfallOf<N>
        : never
}

/** What watchers of a name are told: the payload without what may hold tensors, and the name. */
export type EventPayload<N extends EventName> = N extends 'record'
  ? RecordEventPayload
  : Visible<HookPayload<N>>
type Visible<P> = P extends unknown ? Readonly<Omit<P, 'data' | 'output' | 'snapshot'>> : never
/** One event of `events$`; `name` tells which. */
export type TrainerEvent = { [N in EventName]: { readonly name: N } & EventPayload<N> }[EventName]

/** Payload keys that streams leave out. */
export const hiddenKeys: ReadonlySet<string> = new Set(['data', 'output', 'snapshot'])

/** Whether taps run in reverse plugin order: all ends. */
export const isReversed = (name: LifecycleName): boolean => /End$|^teardown$/.test(name)

/** Every name, in order. */
export const lifecycleNames = Object.keys(lifecycle) as LifecycleName[]
const isHook = (name: LifecycleName) => /series|waterfall/.test(lifecycle[name].kind)
/** The names that can be tapped, in order. */
export const hookNames = lifecycleNames.filter(isHook) as HookName[]
