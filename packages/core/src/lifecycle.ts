import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core'
import type { RegimenError } from './errors.js'
import type { Metrics } from './metrics.js'
import type { TrainerOptions } from './options.js'
import type { LogRecord } from './records.js'
import type { Report } from './registry.js'
import type { RunInfo } from './run-info.js'
import type { Counters, Stage } from './run-state.js'
import type { Snapshot } from './snapshot.js'
import type { Outcome, StopReason } from './stop.js'

/** Which run begins or ends. */
export interface StagePayload extends Counters {
  readonly stage: Stage
}
/** The run that begins: its module, data and options. */
export interface SetupPayload extends StagePayload {
  readonly run: RunInfo
}
export interface TeardownPayload extends StagePayload {
  readonly outcome: Outcome
}
export interface EndPayload extends Counters {
  readonly outcome: Outcome
}
export interface FitEndPayload extends EndPayload {
  /** Absent where the run failed. */
  readonly stop: StopReason | undefined
  readonly metrics: Metrics
}
export interface BatchContext extends Counters {
  readonly stage: Stage
}
export interface BatchPayload extends Counters {
  /** The batch itself; streams leave it out. */
  readonly data: unknown
}
export interface BatchEndPayload extends BatchPayload {
  readonly outcome: Outcome
  readonly metrics: Metrics
}
export interface StepPayload extends Counters {
  /** Name of the optimizer; `main` where there is only one. */
  readonly optimizer: string
}
export interface StepEndPayload extends StepPayload {
  readonly outcome: Outcome
}
export interface EpochEndPayload extends EndPayload {
  readonly metrics: Metrics
}
export interface EvaluationPayload extends Counters {
  readonly stage: Stage
  /** Whether it belongs to the sanity check. */
  readonly sanity: boolean
}
export interface EvaluationEndPayload extends EvaluationPayload {
  readonly outcome: Outcome
  readonly metrics: Metrics
}
export interface EvaluationBatchPayload extends EvaluationPayload {
  readonly data: unknown
  /** Name of the loader, where there are several. */
  readonly loader: string | undefined
  /** Batches of this evaluation that are completed. */
  readonly evaluated: number
  /** Batches that this evaluation will have, if known. */
  readonly total: number | undefined
}
export interface EvaluationBatchEndPayload extends EvaluationBatchPayload {
  readonly outcome: Outcome
  readonly metrics: Metrics
}
export interface PredictBatchEndPayload extends EvaluationBatchPayload {
  readonly outcome: Outcome
  /** What `predictStep` returned; it goes to the caller next, who owns it. Streams leave it out. */
  readonly output: unknown
}
/** What has just been judged or saved. */
export interface BoundaryPayload {
  /** Whether a validation has just ended. */
  readonly validation: boolean
  /** Whether an epoch has just ended. */
  readonly epoch: boolean
  readonly counters: Counters
  readonly metrics: Metrics
}
export interface SavePayload extends BoundaryPayload {
  /** `boundary` after a validation or epoch, `requested` by a plugin, `interrupted` by a signal. */
  readonly reason: 'boundary' | 'requested' | 'interrupted'
  /** The whole state as it is now, copied. */
  readonly snapshot: () => Promise<Snapshot>
}
export interface ErrorPayload extends Counters {
  readonly error: RegimenError
}

type Kind = 'series' | 'waterfall' | 'sync waterfall' | 'stream' | 'wrap'

/** One line of the lifecycle. */
export interface Row<K extends Kind = Kind, Value = unknown, Payload = unknown> {
  readonly kind: K
  /** When it is called and what for. */
  readonly about: string
  /** How deep it lies in the loop. */
  readonly depth: number
  /** Taps run in reverse plugin order. */
  readonly isReversed: boolean
  /** The counter that `on(name, { every })` divides. */
  readonly counter: keyof Counters | 'evaluated' | undefined
  /** Payload keys that streams leave out, since they may hold tensors. */
  readonly hidden: readonly string[]
  /** Carries types only. */
  readonly types?: { readonly value: Value; readonly payload: Payload }
}

interface RowOptions {
  readonly counter?: Row['counter']
  readonly end?: boolean
  readonly hidden?: readonly string[]
}

function series<Payload>(depth: number, about: string, options: RowOptions = {}) {
  return row<'series', undefined, Payload>('series', depth, about, options)
}
function waterfall<Value, Payload>(depth: number, about: string) {
  return row<'waterfall', Value, Payload>('waterfall', depth, about, {})
}
function row<K extends Kind, Value, Payload>(
  kind: K,
  depth: number,
  about: string,
  options: RowOptions,
): Row<K, Value, Payload> {
  const { counter, end = false, hidden = [] } = options
  return { kind, depth, about, isReversed: end, counter, hidden }
}

const data = ['data'] as const

/** The lifecycle, in order: the only list of hooks. Types, documentation and `explain` come from it. */
export const lifecycle = {
  configure: waterfall<TrainerOptions, StagePayload>(
    0,
    'options may be rewritten; engines load; then the options are frozen',
  ),
  setup: series<SetupPayload>(0, 'module, data and options of the run are known'),
  loadState: series<{ readonly snapshot: Snapshot }>(
    0,
    'a snapshot has been restored; only when resuming',
  ),
  sanityStart: series<Counters>(0, 'a few validation batches are about to be tried'),
  sanityEnd: series<EndPayload>(0, 'they were tried; monitor and save do not run', { end: true }),
  fitStart: series<Counters>(0, 'training is about to begin'),
  epochStart: series<Counters>(1, 'an epoch begins', { counter: 'epoch' }),
  batch: waterfall<unknown, BatchContext>(
    2,
    'the batch may be replaced; what was replaced is disposed of',
  ),
  batchStart: series<BatchPayload>(2, 'a training batch is about to be used', {
    counter: 'batch',
    hidden: data,
  }),
  step: row<'wrap', undefined, undefined>(
    'wrap',
    3,
    'tape, loss and gradients as one function; wrapped by wrapStep',
    {},
  ),
  loss: row<'sync waterfall', Tensor, StepPayload>(
    'sync waterfall',
    3,
    'inside the tape: the loss may be replaced',
    {},
  ),
  gradients: waterfall<NamedTensorMap | null, StepPayload>(
    3,
    'named gradients may be replaced; null skips the optimizer step',
  ),
  stepStart: series<StepPayload>(3, 'the optimizer is about to change the weights', {
    counter: 'step',
  }),
  stepEnd: series<StepEndPayload>(3, 'it has changed them', { counter: 'step', end: true }),
  batchEnd: series<BatchEndPayload>(2, 'the batch is done; its metrics can be read', {
    counter: 'step',
    end: true,
    hidden: data,
  }),
  validationStart: series<EvaluationPayload>(2, 'a validation begins'),
  validationBatchStart: series<EvaluationBatchPayload>(
    3,
    'a validation batch is about to be used',
    { counter: 'evaluated', hidden: data },
  ),
  validationBatchEnd: series<EvaluationBatchEndPayload>(3, 'it was used', {
    counter: 'evaluated',
    end: true,
    hidden: data,
  }),
  validationEnd: series<EvaluationEndPayload>(2, 'the metrics of the validation are final', {
    end: true,
  }),
  epochEnd: series<EpochEndPayload>(1, 'the metrics of the epoch are final', {
    counter: 'epoch',
    end: true,
  }),
  monitor: series<BoundaryPayload>(1, 'who judges metrics: early stopping, plateau'),
  save: series<SavePayload>(
    1,
    'who writes: after monitor, so that every state and metric is fresh',
    { hidden: ['snapshot'] },
  ),
  fitEnd: series<FitEndPayload>(0, 'training has ended', { end: true }),
  testStart: series<EvaluationPayload>(0, 'a test begins'),
  testBatchStart: series<EvaluationBatchPayload>(1, 'a test batch is about to be used', {
    counter: 'evaluated',
    hidden: data,
  }),
  testBatchEnd: series<EvaluationBatchEndPayload>(1, 'it was used', {
    counter: 'evaluated',
    end: true,
    hidden: data,
  }),
  testEnd: series<EvaluationEndPayload>(0, 'the metrics of the test are final', { end: true }),
  predictStart: series<EvaluationPayload>(0, 'a prediction begins'),
  predictBatchStart: series<EvaluationBatchPayload>(1, 'a batch is about to be used', {
    counter: 'evaluated',
    hidden: data,
  }),
  predictBatchEnd: series<PredictBatchEndPayload>(1, 'its output is about to go to the caller', {
    counter: 'evaluated',
    end: true,
    hidden: ['data', 'output'],
  }),
  predictEnd: series<EvaluationEndPayload>(0, 'the prediction has ended', { end: true }),
  record: series<LogRecord>(0, 'one log record of any kind, for the loggers'),
  saveState: waterfall<Snapshot, Counters>(
    0,
    'a snapshot is being collected; entries may be added',
  ),
  stopRequested: row<'stream', undefined, StopReason>(
    'stream',
    0,
    'a plugin asked for the end of the run',
    {},
  ),
  report: row<'stream', undefined, Report>('stream', 0, 'a line for a person', {}),
  error: series<ErrorPayload>(0, 'something failed; may only be observed'),
  teardown: series<TeardownPayload>(0, 'always the last, in reverse order', { end: true }),
} as const

type Lifecycle = typeof lifecycle

/** Every name in the lifecycle. */
export type LifecycleName = keyof Lifecycle

type OfKind<K extends Kind> = {
  [Name in LifecycleName]: Lifecycle[Name]['kind'] extends K ? Name : never
}[LifecycleName]

/** Hooks that are awaited one tap after the other. */
export type SeriesName = OfKind<'series'>
/** Hooks whose taps may replace a value. */
export type WaterfallName = OfKind<'waterfall' | 'sync waterfall'>
/** Everything that can be tapped. */
export type HookName = SeriesName | WaterfallName
/** Everything that can be watched. */
export type EventName = SeriesName | OfKind<'stream'>

/** What a hook's taps are told. */
export type HookPayload<Name extends LifecycleName> = NonNullable<
  Lifecycle[Name]['types']
>['payload']
/** What the taps of a waterfall may replace. */
export type HookValue<Name extends WaterfallName> = NonNullable<Lifecycle[Name]['types']>['value']

type Hidden = 'data' | 'output' | 'snapshot'
/** What watchers of a name are told: the payload without tensors, and the name. */
export type EventPayload<Name extends EventName> = Name extends 'record'
  ? { readonly record: LogRecord }
  : Readonly<Pick<HookPayload<Name>, Exclude<keyof HookPayload<Name>, Hidden>>>
/** One event of `events$`; `name` tells which. */
export type TrainerEvent = {
  [Name in EventName]: { readonly name: Name } & (Name extends 'stopRequested'
    ? StopReason
    : EventPayload<Name>)
}[EventName]

/** The names that can be tapped, in order. */
export const hookNames = (Object.keys(lifecycle) as LifecycleName[]).filter((name) => {
  const { kind } = lifecycle[name]
  return kind !== 'stream' && kind !== 'wrap'
}) as HookName[]

/** The names that can be watched, in order. */
export const eventNames = (Object.keys(lifecycle) as LifecycleName[]).filter((name) => {
  const { kind } = lifecycle[name]
  return kind === 'series' || kind === 'stream'
}) as EventName[]
