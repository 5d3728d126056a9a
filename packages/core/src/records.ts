import type { Json } from './json.js'
import type { Stage } from './run-state.js'

/** Where a record comes from. Counters are 0-based indices of what produced it. */
export interface RecordPosition {
  readonly stage: Stage
  /** Index of the epoch. */
  readonly epoch: number
  /** Index of the optimizer step. */
  readonly step: number
  /** Index of the batch in its epoch. */
  readonly batch: number
  /** Training samples seen before or with it. */
  readonly samples: number
  /** Milliseconds since 1970, taken when it was logged. */
  readonly time: number
}

/** Metrics of one step or of one epoch, by name. */
export interface MetricsContent {
  readonly kind: 'metrics'
  readonly source: 'train' | 'validation' | 'test'
  readonly interval: 'step' | 'epoch'
  readonly values: Readonly<Record<string, number>>
}

/** Anything that a logger may carry away besides metrics. */
export type RecordContent =
  | MetricsContent
  | { readonly kind: 'hyperparameters'; readonly values: Readonly<Record<string, Json>> }
  | {
      readonly kind: 'text'
      readonly name: string
      readonly text: string
      readonly format?: 'plain' | 'markdown' | 'html'
    }
  | {
      readonly kind: 'image'
      readonly name: string
      /** An encoded picture. */
      readonly bytes: Uint8Array
      readonly mime: 'image/png' | 'image/jpeg'
      readonly width: number
      readonly height: number
    }
  | {
      readonly kind: 'histogram'
      readonly name: string
      /** Borders of the bins, one more than there are counts. */
      readonly edges: readonly number[]
      readonly counts: readonly number[]
    }
  | {
      readonly kind: 'artifact'
      readonly name: string
      readonly path: string
      readonly type?: 'asset' | 'model' | 'checkpoint' | 'source' | 'data'
      readonly metadata?: Readonly<Record<string, Json>>
    }
  | { readonly kind: 'graph'; readonly format: 'keras-json' | 'text'; readonly body: string }

/** One log record of any kind with its position. */
export type LogRecord = RecordContent & RecordPosition
