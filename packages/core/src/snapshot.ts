import * as tf from '@tensorflow/tfjs-core'
import type { Json } from './json.js'

/** A tensor outside tensor memory. */
export interface TensorData {
  readonly dtype: 'float32' | 'int32' | 'bool'
  readonly shape: readonly number[]
  /** Row-major values; a copy that nobody else holds. */
  readonly data: Float32Array | Int32Array | Uint8Array
}
/** Tensors by name. */
export type NamedTensorData = Readonly<Record<string, TensorData>>

/** The whole state of a run, as data: what a checkpoint file holds. */
export interface Snapshot {
  /** JSON as it is; numbers that JSON has not are tagged in it. */
  readonly meta: SnapshotMeta
  /** `module/<variable>`, `optimizer/<optimizer>/<slot>`, `plugin/<id>/<name>`. */
  readonly tensors: NamedTensorData
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
  /** Positions of the loaders that can tell theirs; a single validation loader has the name `''`. */
  readonly loaders: { readonly train: Json; readonly validation: { readonly [name: string]: Json } }
  /** A plugin's wish to stop that waits for `minEpochs` or `minSteps`. */
  readonly requested: { readonly plugin: string; readonly message: string } | null
  readonly optimizers: { readonly [name: string]: Json }
  /** State of each plugin by id, tagged. */
  readonly plugins: { readonly [id: string]: Json }
  /** Entries of others, added in `saveState`. */
  readonly [key: string]: Json
}

/** Where a run stands: the counters, and how far the epoch is. */
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

/** Copies a tensor. Cost: waits for the device. */
export async function copyTensor(tensor: tf.Tensor): Promise<TensorData> {
  const data = (await tensor.data()).slice() as TensorData['data']
  return { dtype: tensor.dtype as TensorData['dtype'], shape: tensor.shape.slice(), data }
}

/** A new tensor with the values of a copy. The caller disposes of it. */
export function tensorOf({ data, shape, dtype }: TensorData): tf.Tensor {
  return tf.tensor(data, shape as number[], dtype)
}

/** The entries whose names begin with a prefix, without it. */
export function under(prefix: string, tensors: NamedTensorData): Record<string, TensorData> {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(own.map(([name, data]) => [name.slice(prefix.length), data]))
}
