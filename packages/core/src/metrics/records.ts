import type { Json } from '../floor/json.js'
import type { Stage } from '../state/run-state.js'

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
