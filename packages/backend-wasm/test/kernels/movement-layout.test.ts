import { beforeAll, beforeEach, describe, it } from 'vitest'
import { prepare } from '../support/compare.js'
import { litter } from '../support/litter.js'
import { dtypes, expectMoved, numbered } from '../support/movements.js'
import { valueAt } from '../support/places.js'

beforeAll(prepare)
beforeEach(litter)

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
    expectMoved('Transpose', { x }, { perm }, outShape, (place) =>
      valueAt(
        values,
        shape,
        inverse.map((axis) => place[axis] as number),
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
    expectMoved('Tile', { x }, { reps }, outShape, (place) =>
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
    expectMoved('Reverse', { x }, { dims }, shape, (place) =>
      valueAt(
        values,
        shape,
        place.map((at, axis) => (turned.includes(axis) ? (shape[axis] as number) - 1 - at : at)),
      ),
    )
  })

  it.each([-3, 0, 2])('ExpandDims at %d shares the values', (dim) => {
    const input = numbered([2, 3], dtype)
    const values = input.dataSync()
    const shape = [2, 3].toSpliced(dim < 0 ? dim + 3 : dim, 0, 1)
    expectMoved('ExpandDims', { input }, { dim }, shape, (place) =>
      valueAt(values, [2, 3], place.toSpliced(dim < 0 ? dim + 3 : dim, 1)),
    )
  })
})
