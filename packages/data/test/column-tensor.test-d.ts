import type * as tf from '@tensorflow/tfjs-core'
import { expectTypeOf, test } from 'vitest'
import { type ArrayLoader, arrayLoader, type NestedNumbers, split } from '../src/index.js'

type BatchOf<L> = L extends ArrayLoader<infer B> ? B : never
const rows = 8
const data = new Uint8Array(rows * 4)

test('a column of one number per row gives tensors of rank 1', () => {
  const loader = arrayLoader({ x: new Float32Array(8), y: { data, scale: 1 / 255 }, z: [1, 2] })
  expectTypeOf<BatchOf<typeof loader>>().toEqualTypeOf<{
    readonly x: tf.Tensor1D
    readonly y: tf.Tensor1D
    readonly z: tf.Tensor1D
  }>()
})

test('a shape and nested arrays tell their rank', () => {
  const loader = arrayLoader({
    images: { data, shape: [rows, 2, 2, 1], scale: 1 / 255 },
    pixels: { data, shape: [rows, 4] as const },
    nested: [[[1, 2]], [[3, 4]]],
    typed: [] as number[][],
  })
  expectTypeOf<BatchOf<typeof loader>>().toEqualTypeOf<{
    readonly images: tf.Tensor4D
    readonly pixels: tf.Tensor2D
    readonly nested: tf.Tensor3D
    readonly typed: tf.Tensor2D
  }>()
  // @ts-expect-error of rank 4
  const wrong: Iterable<{ images: tf.Tensor2D }> = loader
  void wrong
})

test('a rank that is not known goes with a module for any', () => {
  const columns = {
    x: { data, shape: [rows, 4] },
    y: {} as NestedNumbers,
    z: {} as { data: Uint8Array; shape?: number[] },
  }
  const batches: Iterable<{ x: tf.Tensor2D; y: tf.Tensor3D; z: tf.Tensor1D }> = arrayLoader(columns)
  const others: Iterable<{ x: tf.Tensor }> = arrayLoader(columns)
  void [batches, others]
})

test('split keeps what is known of the columns, but not the number of rows', () => {
  const { train } = split(
    { x: { data, shape: [8, 4], dtype: 'int32' }, y: [[1], [2]] },
    { train: 1 },
  )
  expectTypeOf(train.x.shape).toEqualTypeOf<[number, number]>()
  expectTypeOf(train.x.dtype).toEqualTypeOf<'int32'>()
  expectTypeOf(train.y).toEqualTypeOf<number[][]>()
  const loader = arrayLoader(train)
  expectTypeOf<BatchOf<typeof loader>['x']>().toEqualTypeOf<tf.Tensor2D>()
  expectTypeOf<BatchOf<typeof loader>['y']>().toEqualTypeOf<tf.Tensor2D>()
})
