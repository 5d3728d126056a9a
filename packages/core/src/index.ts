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
export type { BatchLimits, ResolvedOptions, TrainerOptions } from './options.js'
export { optionKeys } from './options.js'
export type {
  PluginDefinition,
  PluginEntry,
  PluginHandle,
  PluginInfo,
  Reporter,
  RunInfo,
  StateWithTensors,
} from './plugin.js'
export { definePlugin, PLUGIN_API, type Plugin, type PluginContext } from './plugin.js'
export type * from './registry.js'
export type { Counters, Outcome, RunState, Stage, StopReason } from './run-state.js'
export { describeStop } from './run-state.js'
export type { Position, Snapshot, SnapshotMeta } from './snapshot.js'
export type { Made } from './stage-runner.js'
export type { StepInput, StepRunner } from './train-step.js'
export type { EvaluateOptions, FitOptions, SnapshotReference } from './trainer.js'
export { Trainer } from './trainer.js'
export type { TensorData } from './variables.js'
