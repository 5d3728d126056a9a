/* biome-ignore-all lint/suspicious/noEmptyInterface: these are empty here so that plugins and programs may add to them */
import type { Json } from '../floor/json.js'
import type { Stage } from '../state/run-state.js'

/**
 * Names of metrics and their type, for completion. Augment it:
 * `declare module '@regimen/core' { interface MetricMap { val_loss: number } }`
 */
export interface MetricMap {}

/** What plugins offer each other by name; augmented by the package that provides it. */
export interface TrainerServices {
  /** Turns `'last'`, `'best'` or a path into a snapshot. */
  checkpoints: CheckpointService
  /** Present once for every logger; what it holds is up to the logger. */
  logger: LoggerService
  /** Shows reports on a screen. */
  reporter: ReporterService
  /** Knows the best value of a metric in the current or last fit: `result.best`. */
  bestValue: BestValueService
}

/** Options of plugins that a config file may name by a string; augmented by each such plugin. */
export interface PluginOptionsMap {}

/**
 * Which lists of names are whole, so that a name that is not in them does not compile. Augment it:
 * `declare module '@regimen/core' { interface CompleteNames { metrics: true; plugins: true } }`.
 * `metrics: true` says that `MetricMap` has every metric, `plugins: true` that `PluginOptionsMap` has
 * every plugin that a config names.
 */
export interface CompleteNames {}

/** A metric name of `MetricMap`, or any other unless `CompleteNames` has `metrics: true`. */
export type MetricName =
  | (keyof MetricMap & string)
  | (CompleteNames extends { metrics: true } ? never : string & {})

/** Finds a snapshot by label or path; throws when there is none or none is whole. */
export type CheckpointService = { load(reference: string): Promise<unknown> }
/** Says who logs. */
export type LoggerService = { readonly name: string }
/** Tells the best value so far; `undefined` before there is one. */
export type BestValueService = { best(): BestValue | undefined }

/** The best value of a metric in a fit, and when it came. */
export interface BestValue {
  /** Id of the plugin that watches the metric. */
  readonly plugin: string
  /** Name of the metric. */
  readonly monitor: string
  /** Whether less or more of it is better. */
  readonly mode: 'min' | 'max'
  readonly value: number
  /** The 0-based epoch in which it came: `history.find((row) => row.epoch === best.epoch)` is its row. */
  readonly epoch: number
  /** Optimizer steps completed then. */
  readonly step: number
}

/** Where reports go instead of the default, a process warning. */
export type ReporterService = { report(report: Report): void }

/** A line for a person. */
export interface Report {
  /** `info` is good to know, `warn` is wrong or may be. */
  readonly level: 'info' | 'warn'
  /** What is said. */
  readonly message: string
  /** Id of the plugin that says it; none where the core does. */
  readonly plugin?: string
  /** The tap that has not finished, where the trainer says that the run waits for one without a reason. */
  readonly waitsFor?: { readonly plugin: string; readonly hook: string }
}

/** Where a record comes from. The counters are 0-based indices of what produced it. */
export interface RecordPosition {
  /** What the trainer was asked to do. */
  readonly stage: Stage
  /** Index of the epoch. */
  readonly epoch: number
  /**
   * Index of the step; of a step record of a validation or test the index of the batch among all that
   * its loader gave in the run.
   */
  readonly step: number
  /** Index of the batch in its epoch. */
  readonly batch: number
  /** Training samples seen before or with it. */
  readonly samples: number
  /** When it was logged, in milliseconds since 1970. */
  readonly time: number
}

interface Named {
  /** Name under which it is kept. */
  readonly name: string
}

/** Metrics of one step or of one epoch, by name. */
export interface MetricsContent {
  /** Which kind of record it is. */
  readonly kind: 'metrics'
  /** Which loop reported them. */
  readonly source: 'train' | 'validation' | 'test'
  /** Whether they are of one step or of one epoch. */
  readonly interval: 'step' | 'epoch'
  /** Values by name. */
  readonly values: Readonly<Record<string, number>>
}
interface HyperparametersContent {
  /** Which kind of record it is. */
  readonly kind: 'hyperparameters'
  /** Values by name. */
  readonly values: Readonly<Record<string, Json>>
}
interface TextContent extends Named {
  /** Which kind of record it is. */
  readonly kind: 'text'
  /** The text. */
  readonly text: string
  /** How it is written. Default `plain`. */
  readonly format?: 'plain' | 'markdown' | 'html'
}
interface ImageContent extends Named {
  /** Which kind of record it is. */
  readonly kind: 'image'
  /** Width in pixels. */
  readonly width: number
  /** Height in pixels. */
  readonly height: number
  /** The encoded image. */
  readonly bytes: Uint8Array
  /** How it is encoded. */
  readonly mime: 'image/png' | 'image/jpeg'
}
interface HistogramContent extends Named {
  /** Which kind of record it is. */
  readonly kind: 'histogram'
  /** Bounds of the bins, ascending: one more than counts. */
  readonly edges: readonly number[]
  /** How many values are in each bin. */
  readonly counts: readonly number[]
}
interface ArtifactContent extends Named {
  /** Which kind of record it is. */
  readonly kind: 'artifact'
  /** Path of the file. */
  readonly path: string
  /** What it is. Default `asset`. */
  readonly type?: 'asset' | 'model' | 'checkpoint' | 'source' | 'data'
  /** Facts about it. */
  readonly metadata?: Readonly<Record<string, Json>>
}
interface GraphContent {
  /** Which kind of record it is. */
  readonly kind: 'graph'
  /** How it is written. */
  readonly format: 'keras-json' | 'text'
  /** The graph. */
  readonly body: string
}

/** Anything that a logger may carry away. */
export type RecordContent =
  | MetricsContent
  | HyperparametersContent
  | TextContent
  | ImageContent
  | HistogramContent
  | ArtifactContent
  | GraphContent

/** One log record of any kind with its position. */
export type LogRecord = RecordContent & RecordPosition
