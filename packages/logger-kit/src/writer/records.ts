import type { Json, MetricsContent } from '@regimen/core'

/**
 * What every record carries. `seq` numbers the records of a run: from 1 up for what training logged,
 * from -1 down for what the writer added. `time` is when it was logged, in milliseconds since 1970,
 * and stays the same however often it is sent. `step` and `epoch` are 0-based.
 */
export interface RecordBase {
  readonly seq: number
  readonly time: number
  readonly step: number
  readonly epoch: number
}

/** One value of one metric. `group` is the `seq` of the first value that was logged with it. */
export interface MetricRecord extends RecordBase {
  readonly kind: 'metric'
  readonly name: string
  /** May be NaN or infinite. */
  readonly value: number
  readonly source: MetricsContent['source']
  readonly interval: MetricsContent['interval']
  readonly group: number
}

/** One hyperparameter. Nested ones come flattened, `optimizer/rate`; those that look secret as `***`. */
export interface ParameterRecord extends RecordBase {
  readonly kind: 'parameter'
  readonly name: string
  readonly value: string | number | boolean | null
}

/** A text under a name. */
export interface TextRecord extends RecordBase {
  readonly kind: 'text'
  readonly name: string
  readonly text: string
  readonly format: 'plain' | 'markdown' | 'html'
}

/** Counts between edges, of which there is one more. */
export interface HistogramRecord extends RecordBase {
  readonly kind: 'histogram'
  readonly name: string
  readonly edges: readonly number[]
  readonly counts: readonly number[]
}

/** A file whose content is on disk. The kit owns the file and deletes it once it is delivered. */
export interface StoredFile {
  /** Absolute path. */
  readonly file: string
  readonly size: number
  /** In hex. */
  readonly sha256: string
}

/** An encoded image in a file. */
export interface ImageRecord extends RecordBase, StoredFile {
  readonly kind: 'image'
  readonly name: string
  readonly mime: 'image/png' | 'image/jpeg'
  readonly width: number
  readonly height: number
}

/** Any other file: a model, a checkpoint, data. `file` is the copy that was taken when it was logged. */
export interface ArtifactRecord extends RecordBase, StoredFile {
  readonly kind: 'artifact'
  readonly name: string
  readonly type: 'asset' | 'model' | 'checkpoint' | 'source' | 'data'
  readonly metadata: Readonly<Record<string, Json>>
}

/** The graph of the model. */
export interface GraphRecord extends RecordBase {
  readonly kind: 'graph'
  readonly format: 'keras-json' | 'text'
  readonly body: string
}

/** What only this writer knows about, added by {@link OpenContext.emit}: tags, git state, CPU load. */
export interface OtherRecord extends RecordBase {
  readonly kind: 'other'
  readonly name: string
  readonly value: Json
}

/** One thing to be carried away. */
export type WriterRecord =
  | MetricRecord
  | ParameterRecord
  | TextRecord
  | HistogramRecord
  | ImageRecord
  | ArtifactRecord
  | GraphRecord
  | OtherRecord

/** The kinds of records. */
export type RecordKind = WriterRecord['kind']
