import type { TensorContainer } from '@tensorflow/tfjs-core'

/**
 * A batch of unknown type. TypeScript reads a module that is written inline before an inline function
 * that makes its data. At that point the type is only not known yet: `unknown` would forbid the module
 * to use its batch.
 */
// biome-ignore lint/suspicious/noExplicitAny: with unknown or never a cast would be needed in the module
export type OtherBatch = any

/** What a batch may be: anything. Names `[]` to make `[x, y]` in data a pair, not a list. */
// biome-ignore lint/complexity/noBannedTypes: the one union to which unknown can be assigned
export type AnyBatch = readonly [] | {} | null | undefined

/** Stands for the type of a batch that TypeScript has not read yet, or of data that are missing. */
export interface NoBatch {
  readonly [noBatch]: never
}
declare const noBatch: unique symbol

/**
 * The batch type that a module trained on batches of type `B` must accept. tfjs types a dataset after
 * `batch()` as `TensorContainer`, which says nothing: then the module's own type counts.
 */
export type TakenBatch<B> = [B] extends [NoBatch]
  ? OtherBatch
  : [TensorContainer, B] extends [B, TensorContainer]
    ? OtherBatch
    : B

/** The batch type that `predictStep` must accept: that of `predict`, or else that of `train`. */
export type PredictedBatch<B, P> = 0 extends 1 & P
  ? P
  : [P] extends [NoBatch]
    ? TakenBatch<B>
    : TakenBatch<P>
