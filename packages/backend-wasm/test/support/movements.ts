import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { footprint, kernel } from './compare.js'
import { onlyLaunches } from './launches.js'
import { valuesOf } from './places.js'

/** Dtypes whose elements are moved. */
export const dtypes = ['float32', 'int32', 'bool'] as const

/** Values that differ from place to place. */
export function numbered(
  shape: readonly number[],
  dtype: (typeof dtypes)[number],
  start = 1,
): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape])
  const values = Array.from({ length: size }, (_, i) =>
    dtype === 'bool' ? ((i * 7) % 5) % 2 : i + start,
  )
  return tf.tensor(dtype === 'bool' ? Uint8Array.from(values) : values, [...shape], dtype)
}

/** Runs a kernel that keeps the dtype and expects the value of each place, and nothing left behind. */
export function expectMoved(
  name: string,
  inputs: Record<string, tf.Tensor>,
  attributes: object,
  shape: readonly number[],
  rule: (place: readonly number[]) => number,
): void {
  const before = footprint()
  const y = onlyLaunches(() => kernel(name, inputs, attributes as tf.NamedAttrMap)).result
  expect(y.shape).toEqual(shape)
  expect(y.dtype).toBe(Object.values(inputs)[0]?.dtype)
  expect([...y.dataSync()]).toEqual(valuesOf(shape, rule))
  y.dispose()
  expect(footprint()).toEqual(before)
  tf.dispose(inputs)
}
