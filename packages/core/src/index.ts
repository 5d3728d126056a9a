export {
  type EvaluateOptions,
  type FitOptions,
  type SnapshotReference,
  Trainer,
} from './trainer.js'

// Gradients that tfjs lacks

export { installGradients } from './gradients/install.js'

export { type TrialOptions, trialFit } from './trial.js'

// Options and data

export type {
  DataSource,
  DataSources,
  DatasetLike,
  FitData,
  Loader,
} from './data/batch-source.js'
export type { TrainerOptions } from './plugins/trainer-options.js'
export type { BatchLimits, ResolvedOptions, RunOptions } from './state/options.js'
export { optionKeys } from './state/options.js'

// The floor of plugins: options

export { either, group, list, record } from './floor/compound-kinds.js'
export type { JsonSchema, NumberRange } from './floor/number-range.js'
export {
  type AnyOptionKind,
  type OptionFault,
  OptionKind,
  type OptionSpec,
  type OptionUse,
} from './floor/option-kind.js'
export {
  amount,
  anything,
  type CustomKind,
  count,
  custom,
  every,
  flag,
  func,
  having,
  integer,
  number,
  oneOf,
  path,
  text,
} from './floor/option-kinds.js'
export {
  checkOptions,
  type InvalidOptionDetails,
  invalidOption,
  type OptionSchema,
  type OptionsOf,
  optionSchema,
} from './floor/option-schema.js'
export type {
  CheckedOptions,
  GivenOptions,
  OptionFields,
  OptionFieldsOf,
} from './floor/option-types.js'
export type { ForeignNames } from './floor/read-options.js'

// Schedules, for options of plugins too

export {
  checkEvery,
  describeEvery,
  type Every,
  isNever,
  type ScheduleOwner,
} from './floor/every.js'
export { Schedule, type ScheduleClock, type ScheduleState } from './floor/schedule.js'

// Modules, what their steps receive and return, and their loaders

export type { LoaderTraits } from './data/batch-source.js'
export type * from './module/modules.js'

// Forward and backward pass

export type {
  RecordedStep,
  StepCompiler,
  StepProgram,
} from './plugins/step-compiler.js'
export type {
  StepInput,
  StepReport,
  StepReports,
  StepRunner,
  StepWrapOptions,
} from './plugins/step-runner.js'

// Learning rates

export { LearningRate } from './state/learning-rate.js'

// What is better

export { isBetter } from './floor/is-better.js'

// Metrics, records and services, which packages may augment

export type * from './hooks/report.js'
export type * from './metrics/metric-map.js'
export { type Metrics, monitoredMetric } from './metrics/metrics.js'
export type * from './metrics/records.js'
export type * from './plugins/services.js'

// Hooks

export type { HookPayload, HookValue } from './hooks/hook-types.js'
export type { HookName, LifecycleName } from './hooks/lifecycle.js'
export { lifecycle } from './hooks/lifecycle.js'
export type * from './hooks/payloads.js'
export type { Hooks, SeriesHook, WaterfallHook } from './hooks/tappable.js'

// What may wrap hooks and the user's code

export type { SyncSection, SyncSectionKind, TapObserver } from './hooks/call-wrappers.js'

// Streams

export type {
  EventOf,
  EventStream,
  TrainerEvents,
  WatchOptions,
} from './hooks/event-bus.js'
export type { EventPayload, TrainerEvent } from './hooks/hook-types.js'
export type { EventName } from './hooks/lifecycle.js'

// Plugins

export type * from './hooks/run-info.js'
export type * from './plugins/plugin.js'
export { definePlugin, PLUGIN_API } from './plugins/plugin.js'
export type * from './plugins/plugin-context.js'

// Runs and their state

export { decodeJson, encodeJson, type Json } from './floor/json.js'
export { type ShapeCheck, shape } from './floor/shape.js'
export type { FitResult, HistoryRow } from './run/fit-result.js'
export { modelDifferences } from './state/model-differences.js'
export type { Counters, RunState, Stage } from './state/run-state.js'
export type { Position, Snapshot, SnapshotMeta } from './state/snapshot.js'
export { snapshotFault } from './state/snapshot-schema.js'
export type { Outcome, StopReason } from './state/stop-reason.js'
export { describeStop } from './state/stop-reason.js'
export type { NamedTensorData, TensorData } from './state/tensor-data.js'

// Errors

export type { ErrorData } from './floor/errors.js'
export { isRegimenError, messageOf, RegimenError } from './floor/errors.js'
export { describeFileError } from './floor/file-error.js'
export type { ErrorCode } from './floor/messages/codes.js'
export { errorCodes } from './floor/messages/codes.js'
export { nearest, suggestion } from './floor/near-miss.js'
export { quote, quoteAll } from './floor/quote.js'

// Texts for people

export { printable } from './floor/printable.js'
export {
  type TableColumn,
  type TableRoom,
  type TextWidth,
  textTable,
  truncate,
} from './floor/text-table.js'
