/* biome-ignore-all lint/suspicious/noEmptyInterface: these are empty here so that plugins may add to them */
import type { Json } from './json.js'
import type { Stage } from './run-state.js'

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

/** A known metric name, or any other. */
export type MetricName = (keyof MetricMap & string) | (string & {})

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

/** A line for a person, with the id of the plugin that reports; none where the core does. */
export type Report = Readonly<{ level: 'info' | 'warn'; message: string; plugin?: string }>

/**
 * Where a record comes from: 0-based indices of the epoch, the step and the batch (in its epoch) that
 * produced it, training samples seen before or with it, and the time when it was logged, in
 * milliseconds since 1970. `step` of a step record of a validation or test is the index of the batch
 * among all that its loader gave in the run.
 */
export type RecordPosition = Readonly<{ stage: Stage } & Indices>
type Indices = Record<'epoch' | 'step' | 'batch' | 'samples' | 'time', number>

/** What a record of each kind holds. Images are encoded; a histogram has one edge more than counts. */
type Contents = {
  metrics: { source: 'train' | 'validation' | 'test'; interval: 'step' | 'epoch'; values: Numbers }
  hyperparameters: { values: Facts }
  text: Named<{ text: string; format?: 'plain' | 'markdown' | 'html' }>
  image: Named<Size & { bytes: Uint8Array; mime: 'image/png' | 'image/jpeg' }>
  histogram: Named<{ edges: readonly number[]; counts: readonly number[] }>
  artifact: Named<{ path: string; type?: ArtifactType; metadata?: Facts }>
  graph: { format: 'keras-json' | 'text'; body: string }
}
type Numbers = Readonly<Record<string, number>>
type Facts = Readonly<Record<string, Json>>
type ArtifactType = 'asset' | 'model' | 'checkpoint' | 'source' | 'data'
type Named<Own> = { name: string } & Own
type Size = Record<'width' | 'height', number>
type Content<Kind extends keyof Contents> = Readonly<{ kind: Kind } & Contents[Kind]>

/** Anything that a logger may carry away. */
export type RecordContent = { [Kind in keyof Contents]: Content<Kind> }[keyof Contents]
/** Metrics of one step or of one epoch, by name. */
export type MetricsContent = Content<'metrics'>

/** One log record of any kind with its position. */
export type LogRecord = RecordContent & RecordPosition
