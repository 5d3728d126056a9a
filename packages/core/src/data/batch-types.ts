import type { TensorContainer } from '@tensorflow/tfjs-core'

/**
 * A batch of which nothing is known. TypeScript reads a module that is written in place before a
 * function that makes its data, written in place too: with `unknown` the module would have to do without
 * its batch, where it is only not known yet.
 */
// biome-ignore lint/suspicious/noExplicitAny: with unknown or never a cast would be needed in the module
export type OtherBatch = any

/** What a batch may be: anything. Says `[]` so that `[x, y]` in data is a pair, not a list. */
// biome-ignore lint/complexity/noBannedTypes: the one union to which unknown can be assigned
export type AnyBatch = readonly [] | {} | null | undefined

/** In the place of the type of a batch that TypeScript has not read yet, or of data that are not given. */
export interface NoBatch {
  readonly [noBatch]: never
}
declare const noBatch: unique symbol

/**
 * What a module must be able to take that is trained on batches of type `B`. tfjs types a dataset
 * after `batch()` as `TensorContainer`, which says nothing: there the module's own type counts.
 */
export type TakenBatch<B> = [B] extends [NoBatch]
  ? OtherBatch
  : [TensorContainer, B] extends [B, TensorContainer]
    ? OtherBatch
    : B

/** What `predictStep` must be able to take: a batch of `predict`, where there is none one of `train`. */
export type PredictedBatch<B, P> = 0 extends 1 & P
  ? P
  : [P] extends [NoBatch]
    ? TakenBatch<B>
    : TakenBatch<P>
