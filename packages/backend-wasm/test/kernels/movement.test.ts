import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { footprint, kernel, prepare } from '../support/compare.js'
import { onlyLaunches } from '../support/launches.js'
import { litter } from '../support/litter.js'
import { valueAt, valuesOf } from '../support/reference.js'

beforeAll(prepare)
beforeEach(litter)

type Dtype = 'float32' | 'int32' | 'bool'
const dtypes = ['float32', 'int32', 'bool'] as const

/** Values that differ from place to place. */
function numbered(shape: readonly number[], dtype: Dtype, start = 1): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape])
  const values = Array.from({ length: size }, (_, i) =>
    dtype === 'bool' ? ((i * 7) % 5) % 2 : i + start,
  )
  return tf.tensor(dtype === 'bool' ? Uint8Array.from(values) : values, [...shape], dtype)
}

function check(
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

describe.each(dtypes)('%s', (dtype) => {
  it.each([
    [[], []],
    [[5], [0]],
    [
      [3, 5],
      [1, 0],
    ],
    [
      [4, 4],
      [1, 0],
    ],
    [
      [67, 131],
      [1, 0],
    ],
    [
      [130, 4],
      [1, 0],
    ],
    [
      [300, 257],
      [1, 0],
    ],
    [
      [1, 6, 1, 3],
      [2, 1, 0, 3],
    ],
    [
      [2, 3, 4],
      [2, 1, 0],
    ],
    [
      [2, 3, 4],
      [0, 2, 1],
    ],
    [
      [5, 6, 7, 8],
      [0, 2, 1, 3],
    ],
    [
      [5, 6, 7, 8],
      [0, 2, 3, 1],
    ],
    [
      [5, 6, 7, 8],
      [3, 0, 2, 1],
    ],
    [
      [2, 3, 2, 3, 2],
      [4, 2, 0, 3, 1],
    ],
    [
      [2, 3, 2, 3, 2, 2],
      [5, 4, 3, 2, 1, 0],
    ],
    [
      [0, 3],
      [1, 0],
    ],
  ])('Transpose of %j by %j', (shape, perm) => {
    const x = numbered(shape, dtype)
    const values = x.dataSync()
    const inverse = perm.map((_, axis) => perm.indexOf(axis))
    const outShape = perm.map((axis) => shape[axis] as number)
    check('Transpose', { x }, { perm }, outShape, (place) =>
      valueAt(
        values,
        shape,
        inverse.map((axis) => place[axis] as number),
      ),
    )
  })

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
    check('Slice', { x }, { begin, size }, size, (place) =>
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
    check('Concat', Object.fromEntries(parts.entries()), { axis }, shape, (place) => {
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
    check('Pack', Object.fromEntries(parts.entries()), { axis }, outShape, (place) =>
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

  it.each([
    [[5], [[2, 3]]],
    [[], []],
    [
      [4, 3],
      [
        [0, 0],
        [1, 2],
      ],
    ],
    [
      [4, 1],
      [
        [1, 0],
        [0, 2],
      ],
    ],
    [
      [2, 3, 2],
      [
        [1, 1],
        [0, 2],
        [2, 0],
      ],
    ],
    [
      [0, 3],
      [
        [1, 1],
        [0, 2],
      ],
    ],
  ])('PadV2 of %j by %j', (shape, paddings) => {
    const x = numbered(shape, dtype)
    const values = x.dataSync()
    const constantValue = dtype === 'float32' ? -0.5 : 1
    const outShape = shape.map(
      (size, i) => size + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0),
    )
    check('PadV2', { x }, { paddings, constantValue }, outShape, (place) => {
      const inside = place.map((at, axis) => at - (paddings[axis]?.[0] ?? 0))
      const isInside = inside.every((at, axis) => at >= 0 && at < (shape[axis] as number))
      return isInside ? valueAt(values, shape, inside) : constantValue
    })
  })

  it.each([
    ['reflect', [5], [[2, 4]]],
    ['symmetric', [5], [[5, 3]]],
    [
      'reflect',
      [4, 3, 2],
      [
        [1, 3],
        [2, 0],
        [1, 1],
      ],
    ],
    [
      'symmetric',
      [3, 2, 2],
      [
        [3, 1],
        [0, 2],
        [2, 2],
      ],
    ],
  ] as const)('MirrorPad, %s, of %j by %j', (mode, shape, paddings) => {
    const x = numbered(shape, dtype)
    const values = x.dataSync()
    const skipped = mode === 'reflect' ? 1 : 0
    const outShape = shape.map(
      (size, i) => size + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0),
    )
    check('MirrorPad', { x }, { paddings, mode }, outShape, (place) =>
      valueAt(
        values,
        shape,
        place.map((out, axis) => {
          const at = out - (paddings[axis]?.[0] as number)
          const size = shape[axis] as number
          if (at < 0) return -at - 1 + skipped
          return at < size ? at : 2 * size - 1 - at - skipped
        }),
      ),
    )
  })

  it.each([
    [[], []],
    [[3], [4]],
    [
      [2, 3],
      [3, 1],
    ],
    [
      [2, 3],
      [2, 3],
    ],
    [
      [1, 3, 1, 2],
      [2, 1, 3, 2],
    ],
    [
      [2, 1, 2, 1, 2, 3],
      [2, 3, 2, 2, 1, 2],
    ],
    [
      [2, 3],
      [0, 1],
    ],
  ])('Tile of %j by %j', (shape, reps) => {
    const x = numbered(shape, dtype)
    const values = x.dataSync()
    const outShape = shape.map((size, axis) => size * (reps[axis] as number))
    check('Tile', { x }, { reps }, outShape, (place) =>
      valueAt(
        values,
        shape,
        place.map((at, axis) => at % (shape[axis] as number)),
      ),
    )
  })

  it.each([
    [[5], [0]],
    [[], []],
    [[4, 3], [1]],
    [[4, 3], [0]],
    [
      [2, 3, 4],
      [0, 2],
    ],
    [[2, 3, 4], [-2]],
  ])('Reverse of %j along %j', (shape, dims) => {
    const x = numbered(shape, dtype)
    const values = x.dataSync()
    const turned = dims.map((axis) => (axis < 0 ? axis + shape.length : axis))
    check('Reverse', { x }, { dims }, shape, (place) =>
      valueAt(
        values,
        shape,
        place.map((at, axis) => (turned.includes(axis) ? (shape[axis] as number) - 1 - at : at)),
      ),
    )
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
    check('StridedSlice', { x }, attributes, [2, 1, 3], ([i, , k]) =>
      valueAt(values, [5, 6, 4], [4 - 2 * (i as number), 1, 3 - (k as number)]),
    )
  })

  it.each([-3, 0, 2])('ExpandDims at %d shares the values', (dim) => {
    const input = numbered([2, 3], dtype)
    const values = input.dataSync()
    const shape = [2, 3].toSpliced(dim < 0 ? dim + 3 : dim, 0, 1)
    check('ExpandDims', { input }, { dim }, shape, (place) =>
      valueAt(values, [2, 3], place.toSpliced(dim < 0 ? dim + 3 : dim, 1)),
    )
  })
})
