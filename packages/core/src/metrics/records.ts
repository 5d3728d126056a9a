import type { Json } from '../floor/json.js'
import type { Stage } from '../state/run-state.js'

/** Where a record comes from. The counters are 0-based indices of what produced it. */
export interface RecordPosition {
  /** What the trainer was asked to run. */
  readonly stage: Stage
  /** Index of the epoch. */
  readonly epoch: number
  /**
   * Index of the step; in a step record of a validation or test, the index of the batch among all that
   * its loader yielded in the run.
   */
  readonly step: number
  /** Index of the batch in its epoch. */
  readonly batch: number
  /** Training samples seen so far, including this batch. */
  readonly samples: number
  /** When it was logged, in milliseconds since 1970. */
  readonly time: number
}

interface Named {
  /** Name of the content in the run. */
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
  /** Format of the text. Default `plain`. */
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
  /** Encoding of the image. */
  readonly mime: 'image/png' | 'image/jpeg'
}
interface HistogramContent extends Named {
  /** Which kind of record it is. */
  readonly kind: 'histogram'
  /** Bounds of the bins, ascending: one more than there are counts. */
  readonly edges: readonly number[]
  /** How many values are in each bin. */
  readonly counts: readonly number[]
}
interface ArtifactContent extends Named {
  /** Which kind of record it is. */
  readonly kind: 'artifact'
  /** Path of the file. */
  readonly path: string
  /** Kind of the file. Default `asset`. */
  readonly type?: 'asset' | 'model' | 'checkpoint' | 'source' | 'data'
  /** Further facts, by name. */
  readonly metadata?: Readonly<Record<string, Json>>
}
interface GraphContent {
  /** Which kind of record it is. */
  readonly kind: 'graph'
  /** Format of the graph. */
  readonly format: 'keras-json' | 'text'
  /** The graph. */
  readonly body: string
}

/** Any content that a logger may receive. */
export type RecordContent =
  | MetricsContent
  | HyperparametersContent
  | TextContent
  | ImageContent
  | HistogramContent
  | ArtifactContent
  | GraphContent

/** A log record of any kind, with its position. */
export type LogRecord = RecordContent & RecordPosition
