export {
  type EvaluateOptions,
  type FitOptions,
  type SnapshotReference,
  Trainer,
} from './trainer.js'

// Gradients that tfjs lacks

export { installGradients } from './gradients/install.js'

// Options and data

export type { DataSource, DataSources, DatasetLike, FitData, Loader } from './batch-source.js'
export type { BatchLimits, ResolvedOptions, TrainerOptions } from './options.js'
export { optionKeys } from './options.js'

// Schedules, for options of plugins too

export { checkEvery, describeEvery, type Every, isNever, type ScheduleOwner } from './every.js'
export { Schedule, type ScheduleClock, type ScheduleState } from './schedule.js'

// Modules, what their steps are given and return, and their loaders

export type { LoaderTraits } from './batch-source.js'
export type * from './modules.js'

// The heart of a step

export type { StepInput, StepRunner } from './train-batch.js'

// Metrics, records and services, which packages may augment

export { type Metrics, monitoredMetric } from './metrics.js'
export type * from './registry.js'

// Hooks

export type { HookName, HookPayload, Hooks, HookValue } from './lifecycle.js'
export { type LifecycleName, lifecycle, type SeriesHook, type WaterfallHook } from './lifecycle.js'
export type * from './payloads.js'

// What may stand around hooks and the user's code

export type { SyncSection, SyncSectionKind, TapObserver } from './sections.js'

// Streams

export type { EventOf, EventStream, TrainerEvents, WatchOptions } from './events.js'
export type { EventName, EventPayload, TrainerEvent } from './lifecycle.js'

// Plugins

export type * from './plugin.js'
export { definePlugin, PLUGIN_API } from './plugin.js'
export type * from './plugin-context.js'

// Runs and their state

export type { FitResult, HistoryRow } from './fit-result.js'
export { decodeJson, encodeJson, type Json } from './json.js'
export { modelDifferences } from './model-differences.js'
export type { Counters, Outcome, RunState, Stage, StopReason } from './run-state.js'
export { describeStop } from './run-state.js'
export { type ShapeCheck, shape } from './shape.js'
export type { Position, Snapshot, SnapshotMeta } from './snapshot.js'
export { snapshotFault } from './snapshot-schema.js'
export type { NamedTensorData, TensorData } from './variables.js'

// Errors

export type { ErrorCode, ErrorData } from './errors.js'
export { errorCodes, isRegimenError, nearest, quote, RegimenError, suggestion } from './errors.js'
export { describeFileError } from './file-error.js'

// Texts for people

export { printable } from './printable.js'
