import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import { expectTypeOf, test } from 'vitest'
import { arrayLoader, split } from '../src/index.js'

const columns = { x: new Float32Array(4), y: { data: new Uint8Array(4), shape: [4, 1] } }

test('a batch has the names of the columns', () => {
  const loader = arrayLoader(columns)
  expectTypeOf(loader).toExtend<Iterable<{ x: Tensor; y: Tensor }>>()
  for (const batch of loader) {
    expectTypeOf(batch.x).toEqualTypeOf<Tensor1D>()
    // @ts-expect-error there is no such column
    batch.z
  }
})

test('columns may have an interface for a type', () => {
  interface Digits {
    readonly x: Float32Array
    readonly y: Uint8Array
  }
  const digits = {} as Digits
  expectTypeOf(split(digits, [1])[0]).toEqualTypeOf<Digits>()
  expectTypeOf(arrayLoader(digits)).toExtend<Iterable<{ x: Tensor; y: Tensor }>>()
})

test('columns and options are checked', () => {
  // @ts-expect-error a column is not a string
  arrayLoader({ x: 'abc' })
  // @ts-expect-error the option is called batchSize
  arrayLoader(columns, { batch: 3 })
})

test('parts have the names or places of the sizes', () => {
  const named = split(columns, { train: 3, test: 1 })
  expectTypeOf(named.train.x).toEqualTypeOf<Float32Array<ArrayBuffer>>()
  // @ts-expect-error there is no such part
  named.validation
  const [first, second] = split(columns, [0.5, 0.5])
  expectTypeOf(first.y.shape).toEqualTypeOf<number[]>()
  expectTypeOf(second).toEqualTypeOf(first)
  // @ts-expect-error there are two parts
  split(columns, [0.5, 0.5])[2]
})
