import type { Json } from './json.js'
import type { TensorData } from './tensor-data.js'

export type { TensorData }

/** The whole state of a run, as data: what a checkpoint file holds. */
export interface Snapshot {
  /** JSON as it is; numbers that JSON has not are tagged in it. */
  readonly meta: SnapshotMeta
  /** `module/<variable>`, `optimizer/<optimizer>/<slot>`, `plugin/<id>/<name>`. */
  readonly tensors: Readonly<Record<string, TensorData>>
}

/** What a snapshot says besides tensors. */
export type SnapshotMeta = {
  readonly format: 1
  readonly position: Position
  /** Milliseconds of training so far. */
  readonly elapsedMs: number
  /** Rows of `result.history`, tagged. */
  readonly history: Json
  /** Sums of the epoch's metrics so far, tagged. */
  readonly metrics: Json
  /** Positions of the loaders that can tell theirs. */
  readonly loaders: LoaderStates
  /** A plugin's wish to stop that waits for `minEpochs` or `minSteps`. */
  readonly requested: { readonly plugin: string; readonly message: string } | null
  readonly optimizers: { readonly [name: string]: Json }
  /** State of each plugin by id, tagged. */
  readonly plugins: { readonly [id: string]: Json }
  /** Entries of others, added in `saveState`. */
  readonly [key: string]: Json
}

/** Positions of loaders. */
export type LoaderStates = {
  readonly train: Json
  /** By name; a single validation loader has the name `''`. */
  readonly validation: { readonly [name: string]: Json }
}

/** Where a run stands. */
export type Position = {
  /** Completed epochs. */
  readonly epoch: number
  /** Completed batches of the epoch; 0 between epochs. */
  readonly batch: number
  readonly step: number
  readonly samples: number
  readonly validations: number
  /** Whether the epoch has begun and is to be gone on with. */
  readonly isInEpoch: boolean
  /** Whether the validation that may be due after the last batch is still to be done. */
  readonly isBoundaryPending: boolean
  /** Whether all batches of that epoch were used. */
  readonly isDataOver: boolean
}
