import type * as tf from '@tensorflow/tfjs-core'
import type { ColumnData } from './columns.js'

/**
 * The tensor of a column. One whose rank is not known to the compiler, as with `shape: number[]`, fits
 * a module for any rank; give the shape in place or `as const` to have it checked.
 */
export type ColumnTensor<C> = [C] extends [ColumnData]
  ? tf.Tensor1D
  : [C] extends [{ readonly data: unknown }]
    ? OfShape<C>
    : OfDepth<C>

/** A part of a column: of another number of rows, else of the same kind. */
export type ColumnPart<C> = C extends { readonly shape: readonly number[] }
  ? Omit<C, 'shape'> & { readonly shape: Lengths<C['shape']> }
  : C extends readonly unknown[]
    ? Widened<C>
    : C

/** A rank that is not known, which fits every other. */
// biome-ignore lint/suspicious/noExplicitAny: with unknown it would fit none, and a cast be needed
type Unranked = tf.Tensor<any>

interface Ranked {
  readonly 1: tf.Tensor1D
  readonly 2: tf.Tensor2D
  readonly 3: tf.Tensor3D
  readonly 4: tf.Tensor4D
  readonly 5: tf.Tensor5D
  readonly 6: tf.Tensor<tf.Rank.R6>
}
type OfRank<Rank> = Rank extends keyof Ranked ? Ranked[Rank] : Unranked

/** A typed array without a shape has one number per row. */
type OfShape<C> = C extends { readonly shape: infer Shape extends readonly number[] }
  ? OfRank<Shape['length']>
  : 'shape' extends keyof C
    ? Unranked
    : tf.Tensor1D

/** By how deep numbers are nested; deeper than six has no type. */
type OfDepth<C, Depth extends readonly unknown[] = []> = Depth['length'] extends 7
  ? Unranked
  : [C] extends [readonly (infer Item)[]]
    ? OfDepth<Item, [...Depth, 0]>
    : [C] extends [number]
      ? OfRank<Depth['length']>
      : Unranked

type Lengths<Shape extends readonly number[]> = {
  -readonly [Axis in keyof Shape]: number
}
type Widened<C> = [C] extends [readonly (infer Item)[]]
  ? Widened<Item>[]
  : [C] extends [number]
    ? number
    : C
