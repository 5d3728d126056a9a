import type * as tf from '@tensorflow/tfjs-core'
import type { FittedEncoders } from './encoders.js'
import type { TableState } from './table-state.js'

/** A matrix of features and one of targets, both float32: `[rows, numbers per row]`. */
export type LabelledBatch = { x: tf.Tensor2D; y: tf.Tensor2D }
/** A matrix of features. */
export type FeatureBatch = { x: tf.Tensor2D }
/** A tensor for each column: `[rows]`, of a category as `oneHot` `[rows, categories]`. */
// biome-ignore lint/suspicious/noExplicitAny: the rank follows from the data; with unknown it would fit no module
export type NamedBatch = Record<string, tf.Tensor<any>>

/** Columns of numbers in memory, for `arrayLoader`, `split` and kin. */
export type TableColumns<B> = {
  readonly [Name in keyof B]: {
    readonly data: Float32Array | Int32Array
    readonly shape: B[Name] extends tf.Tensor2D
      ? readonly [number, number]
      : readonly number[]
    readonly dtype: 'float32' | 'int32'
  }
}

/** Batches of a table, epoch by epoch, from a position that can be saved. */
export interface Table<B> extends AsyncIterable<B> {
  /** Batches per epoch; `undefined` before all rows were read, see {@link load}. */
  readonly size: number | undefined
  /** Rows of all files; `undefined` before they were read. */
  readonly rows: number | undefined
  /** What is learned from the data. Pass it as `encoders` to the loaders of other files. */
  readonly encoders: FittedEncoders<B>
  /**
   * Reads the files, or their first rows if nothing has to be learned from a stream: afterwards
   * `encoders` and, where all rows were read, `size` are known. Otherwise the first batch does it.
   */
  load(): Promise<this>
  /** All rows as columns of numbers. The data are those of the loader: do not change them. */
  columns(): Promise<TableColumns<B>>
  /** All rows of a column of the type `string`. */
  texts(name: string): Promise<string[]>
  /** Begins the next epoch, or resumes where {@link restore} put it. The caller disposes of the batches. */
  [Symbol.asyncIterator](): AsyncIterableIterator<B>
  /** Position and encoders; read it between two batches. */
  state(): TableState
  /**
   * Puts the loader at the position of another one, with the encoders of that one.
   *
   * @throws TypeError, RangeError, REG_DATA_FILE if the state is not one of a loader of the same files and options
   */
  restore(state: unknown): void
  /**
   * Takes over the encoders in the state of the loader that a model was trained with, unless it was made
   * with encoders as JSON. A trainer calls it before an evaluation from a checkpoint.
   */
  adopt(trained: unknown): void
}
