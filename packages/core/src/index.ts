export type {
  DataSource,
  DataSources,
  DatasetLike,
  FitData,
  Loader,
  LoaderTraits,
} from './batch-source.js'
export { type ErrorCode, errorCodes, isRegimenError, RegimenError } from './errors.js'
export type { EventOf, EventStream, TrainerEvents, WatchOptions } from './events.js'
export { describeEvery, type Every } from './every.js'
export type { FitResult } from './fit.js'
export type { HistoryRow } from './fit-run.js'
export type { Hooks, SeriesHook, WaterfallHook } from './hooks.js'
export { decodeJson, encodeJson, type Json } from './json.js'
export type { EventName, EventPayload, HookName, HookPayload, HookValue } from './lifecycle.js'
export { type LifecycleName, lifecycle, type TrainerEvent } from './lifecycle.js'
export type { Metrics } from './metrics.js'
export type {
  AutomaticModule,
  EvaluationOutput,
  LogOptions,
  ManualModule,
  ManualStepContext,
  MetricValue,
  MetricValues,
  ModuleContext,
  Reduction,
  StepContext,
  StepOutput,
  TrainingModule,
} from './module.js'
export {
  type BatchLimits,
  optionKeys,
  type ResolvedOptions,
  type TrainerOptions,
} from './options.js'
export type {
  PluginDefinition,
  PluginEntry,
  PluginHandle,
  PluginInfo,
  Reporter,
  StateWithTensors,
} from './plugin.js'
export { definePlugin, PLUGIN_API, type Plugin, type PluginContext } from './plugin.js'
export type { LogRecord, MetricsContent, RecordContent, RecordPosition } from './records.js'
export type {
  CheckpointService,
  LoggerService,
  MetricMap,
  MetricName,
  PluginOptionsMap,
  Report,
  ReporterService,
  TrainerServices,
} from './registry.js'
export type { RunInfo } from './run-info.js'
export type { Counters, RunState, Stage } from './run-state.js'
export type { Position, Snapshot, SnapshotMeta, TensorData } from './snapshot.js'
export type { Made } from './stage-runner.js'
export { describeStop, type Outcome, type StopReason } from './stop.js'
export type { StepInput, StepRunner } from './train-step.js'
export type { EvaluateOptions, FitOptions, SnapshotReference } from './trainer.js'
export { Trainer } from './trainer.js'
