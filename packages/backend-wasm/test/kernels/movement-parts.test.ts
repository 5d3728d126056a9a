import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { footprint, kernel, prepare } from '../support/compare.js'
import { onlyLaunches } from '../support/launches.js'
import { litter } from '../support/litter.js'
import { dtypes, expectMoved, numbered } from '../support/movements.js'
import { valueAt } from '../support/places.js'

beforeAll(prepare)
beforeEach(litter)

describe.each(dtypes)('%s', (dtype) => {
  it.each([
    [[7], [2], [3]],
    [
      [5, 6],
      [1, 2],
      [3, 3],
    ],
    [
      [3, 4, 50],
      [1, 0, 7],
      [2, 4, 41],
    ],
    [
      [2, 3, 4, 5, 2, 3],
      [1, 0, 2, 1, 0, 1],
      [1, 3, 2, 3, 2, 2],
    ],
    [[40_000], [9_001], [30_003]],
    [
      [5, 6],
      [1, 2],
      [0, 3],
    ],
    [[], [], []],
  ])('Slice of %j from %j of size %j', (shape, begin, size) => {
    const x = numbered(shape, dtype)
    const values = x.dataSync()
    expectMoved('Slice', { x }, { begin, size }, size, (place) =>
      valueAt(
        values,
        shape,
        place.map((at, axis) => at + (begin[axis] as number)),
      ),
    )
  })

  it.each([
    [[[3], [4], [2]], 0],
    [
      [
        [2, 3],
        [2, 1],
        [2, 70],
      ],
      1,
    ],
    [
      [
        [2, 3],
        [4, 3],
      ],
      0,
    ],
    [
      [
        [2, 0, 3],
        [2, 2, 3],
        [2, 1, 3],
      ],
      1,
    ],
    [
      [
        [3, 2, 5],
        [3, 2, 1],
      ],
      -1,
    ],
    [[[9, 8]], 1],
  ])('Concat of %j along %d', (shapes, axis) => {
    const parts = shapes.map((shape, i) => numbered(shape, dtype, 1000 * i))
    const all = parts.map((part) => part.dataSync())
    const along = axis < 0 ? axis + (shapes[0]?.length ?? 0) : axis
    const total = shapes.reduce((sum, shape) => sum + (shape[along] as number), 0)
    const shape = (shapes[0] as number[]).with(along, total)
    expectMoved('Concat', Object.fromEntries(parts.entries()), { axis }, shape, (place) => {
      let at = place[along] as number
      let which = 0
      while (at >= (shapes[which]?.[along] as number)) at -= shapes[which++]?.[along] as number
      return valueAt(all[which] as tf.TypedArray, shapes[which] as number[], place.with(along, at))
    })
  })

  it.each([
    [[], 3, 0],
    [[5], 2, 1],
    [[2, 3], 4, 0],
    [[2, 3], 4, 1],
    [[2, 3], 4, -1],
  ])('Pack of %j, %d of them along %d, and Unpack', (shape, count, axis) => {
    const along = axis < 0 ? axis + shape.length + 1 : axis
    const parts = Array.from({ length: count }, (_, i) => numbered(shape, dtype, 100 * i))
    const all = parts.map((part) => part.dataSync())
    const packed = kernel('Pack', Object.fromEntries(parts.entries()), { axis })
    const outShape = shape.toSpliced(along, 0, count)
    expectMoved('Pack', Object.fromEntries(parts.entries()), { axis }, outShape, (place) =>
      valueAt(all[place[along] as number] as tf.TypedArray, shape, place.toSpliced(along, 1)),
    )
    const before = footprint()
    const unpacked = onlyLaunches(() => kernel('Unpack', { value: packed }, { axis })).result
    const several = unpacked as unknown as tf.Tensor[]
    expect(several.map((part) => [part.shape, part.dtype, [...part.dataSync()]])).toEqual(
      all.map((values) => [shape, dtype, [...values]]),
    )
    tf.dispose(several)
    expect(footprint()).toEqual(before)
  })

  it.each([
    [[7], [2, 5], 0],
    [[2, 6, 3], 3, 1],
    [[4, 5], [1, 0, 4], -1],
  ])('SplitV of %j into %j along %d', (shape, numOrSizeSplits, axis) => {
    const x = numbered(shape, dtype)
    const attributes = { numOrSizeSplits, axis }
    const parts = onlyLaunches(() => kernel('SplitV', { x }, attributes)).result
    const back = kernel('Concat', Object.fromEntries((parts as unknown as tf.Tensor[]).entries()), {
      axis,
    })
    expect([...back.dataSync()]).toEqual([...x.dataSync()])
  })

  it('StridedSlice with steps, backward, without an axis and with a new one', () => {
    const x = numbered([5, 6, 4], dtype)
    const values = x.dataSync()
    const attributes = {
      begin: [4, 1, 0, 3],
      end: [0, 6, 1, 0],
      strides: [-2, 2, 1, -1],
      ...{ beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 4, shrinkAxisMask: 2 },
    }
    expectMoved('StridedSlice', { x }, attributes, [2, 1, 3], ([i, , k]) =>
      valueAt(values, [5, 6, 4], [4 - 2 * (i as number), 1, 3 - (k as number)]),
    )
  })
})
