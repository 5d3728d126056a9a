import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core'
import type { LogRecord } from '../metrics/records.js'
import type { RunOptions } from '../state/options.js'
import type { Snapshot } from '../state/snapshot.js'
import type { StopReason } from '../state/stop-reason.js'
import { endOf, row, series, waterfall } from './lifecycle-rows.js'
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

/** The lifecycle, in order: the only list of hooks. Types, documentation and `explain` come from it. */
export const lifecycle = {
  /** Called before anything else: a tap may return other options, which are then frozen. */
  configure: waterfall<ConfigurePayload, RunOptions>(0, 'options may be rewritten'),
  /** Called once module, data and options are known, with all that a plugin may need from the run. */
  setup: series<SetupPayload>(0, 'module, data and options are known'),
  /** Called when a run is resumed, after the snapshot was restored. */
  loadState: series<LoadStatePayload>(0, 'resuming: a snapshot was restored'),
  /** Called before the sanity check: a few validation batches before training. */
  sanityStart: series<SanityStartPayload>(0, 'a few validation batches are about to run'),
  /** Called after the sanity check; `monitor` and `save` do not run. */
  sanityEnd: endOf('sanityStart')<SanityEndPayload>(
    0,
    'they have run; monitor and save do not',
  ),
  /** Called before training begins. */
  fitStart: series<FitStartPayload>(0, 'training is about to begin'),
  /** Called when an epoch begins. */
  epochStart: series<EpochStartPayload>(1, 'an epoch begins', 'epoch'),
  /** Called with each training batch: a tap may return another. */
  batch: waterfall<BatchPayload, unknown>(2, 'the batch may be replaced'),
  /** Called before a training batch is used. */
  batchStart: series<BatchStartPayload>(
    2,
    'a training batch is about to be used',
    'batch',
  ),
  /** The forward and backward pass, which `wrapStep` wraps. */
  step: row('wrap')<undefined>(3, 'forward and backward pass; wrapped by wrapStep'),
  /** Called inside the tape, synchronously: a tap may return another loss. */
  loss: row('sync waterfall')<LossPayload, Tensor>(
    3,
    'inside the tape: the loss may be replaced',
  ),
  /** Called with the gradients by name: a tap may return others, or `null` to skip the step. */
  gradients: waterfall<GradientsPayload, NamedTensorMap | null>(
    3,
    'may be replaced; null skips the step',
  ),
  /** Called before an optimizer changes the weights. */
  stepStart: series<StepStartPayload>(
    3,
    'the optimizer is about to change the weights',
    'step',
  ),
  /** Called after an optimizer has changed the weights. */
  stepEnd: endOf('stepStart')<StepEndPayload>(3, 'it has changed them', 'step'),
  /** Called after a training batch, when its metrics can be read. */
  batchEnd: endOf('batchStart')<BatchEndPayload>(2, 'its metrics can be read', 'step'),
  /** Called when a validation begins. */
  validationStart: series<ValidationStartPayload>(2, 'a validation begins'),
  /** Called before a validation batch is used. */
  validationBatchStart: series<ValidationBatchStartPayload>(
    3,
    'a batch is about to be used',
    'evaluated',
  ),
  /** Called after a validation batch, with its metrics and its `output`. */
  validationBatchEnd: endOf('validationBatchStart')<ValidationBatchEndPayload>(
    3,
    'it was used',
    'evaluated',
  ),
  /** Called when the metrics of a validation are final. */
  validationEnd: endOf('validationStart')<ValidationEndPayload>(
    2,
    'its metrics are final',
  ),
  /** Called when the metrics of an epoch are final. */
  epochEnd: endOf('epochStart')<EpochEndPayload>(
    1,
    'the metrics of the epoch are final',
    'epoch',
  ),
  /** Called after a validation, an epoch, or both: for plugins that judge metrics. */
  monitor: series<MonitorPayload>(
    1,
    'for plugins that judge metrics: early stopping, plateau',
  ),
  /** Called after `monitor`, when every state and metric is current: for plugins that write. */
  save: series<SavePayload>(
    1,
    'for plugins that write: after monitor, so that every state and metric is current',
  ),
  /** Called when training has ended. */
  fitEnd: endOf('fitStart')<FitEndPayload>(0, 'training has ended'),
  /** Called when a test begins. */
  testStart: series<TestStartPayload>(0, 'a test begins'),
  /** Called before a test batch is used. */
  testBatchStart: series<TestBatchStartPayload>(
    1,
    'a batch is about to be used',
    'evaluated',
  ),
  /** Called after a test batch, with its metrics and its `output`. */
  testBatchEnd: endOf('testBatchStart')<TestBatchEndPayload>(
    1,
    'it was used',
    'evaluated',
  ),
  /** Called when the metrics of a test are final. */
  testEnd: endOf('testStart')<TestEndPayload>(0, 'the metrics of the test are final'),
  /** Called when a prediction begins. */
  predictStart: series<PredictStartPayload>(0, 'a prediction begins'),
  /** Called before a batch is predicted. */
  predictBatchStart: series<PredictBatchStartPayload>(
    1,
    'a batch is about to be used',
    'evaluated',
  ),
  /** Called when the output of a batch is ready. */
  predictBatchEnd: endOf('predictBatchStart')<PredictBatchEndPayload>(
    1,
    'its output is ready',
    'evaluated',
  ),
  /** Called when a prediction has ended. */
  predictEnd: endOf('predictStart')<PredictEndPayload>(0, 'the prediction has ended'),
  /** Called with each log record of any kind: for the loggers. */
  record: series<LogRecord>(0, 'one log record of any kind, for the loggers'),
  /** Called while a snapshot is collected: a tap may return one with more entries. */
  saveState: waterfall<SaveStatePayload, Snapshot>(
    0,
    'a snapshot is collected; entries may be added',
  ),
  /** Sent when a plugin has requested a stop. */
  stopRequested: row('stream')<StopReason>(0, 'a plugin requested a stop'),
  /** Sent with each line for the user. */
  report: row('stream')<Report>(0, 'a line for the user'),
  /** Called when the run has failed; can only observe. */
  error: series<ErrorPayload>(0, 'the run has failed; taps can only observe'),
  /** Always called last, in reverse plugin order. */
  teardown: row('series', { isReversed: true })<TeardownPayload>(
    0,
    'always last, in reverse plugin order',
  ),
} as const

/** The table as a type. */
export type Lifecycle = typeof lifecycle

/** Every name in the lifecycle. */
export type LifecycleName = keyof Lifecycle
type OfKind<K> = {
  [N in LifecycleName]: Lifecycle[N]['kind'] extends K ? N : never
}[LifecycleName]
/** Hooks whose taps are awaited one by one. */
export type SeriesName = OfKind<'series'>
/** Hooks whose taps may replace a value. */
export type WaterfallName = OfKind<'waterfall' | 'sync waterfall'>
/** Everything that can be tapped. */
export type HookName = SeriesName | WaterfallName
/** Everything that can be watched. */
export type EventName = SeriesName | OfKind<'stream'>

/** Payload keys that streams leave out. */
export const hiddenKeys: ReadonlySet<string> = new Set(['data', 'output', 'snapshot'])

/** Every name, in order. */
export const lifecycleNames = Object.keys(lifecycle) as LifecycleName[]
const isHook = (name: LifecycleName): name is HookName =>
  lifecycle[name].kind !== 'wrap' && lifecycle[name].kind !== 'stream'
/** The names that can be tapped, in order. */
export const hookNames = lifecycleNames.filter(isHook)
/** Start hooks, each paired with an end hook. */
export const startNames: ReadonlySet<string> = new Set(
  lifecycleNames.flatMap((name) => lifecycle[name].start ?? []),
)
