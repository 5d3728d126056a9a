import { beforeAll, beforeEach, describe, it } from 'vitest'
import { prepare } from '../support/compare.js'
import { litter } from '../support/litter.js'
import { dtypes, expectMoved, numbered } from '../support/movements.js'
import { valueAt } from '../support/places.js'

beforeAll(prepare)
beforeEach(litter)

describe.each(dtypes)('%s', (dtype) => {
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
    expectMoved('PadV2', { x }, { paddings, constantValue }, outShape, (place) => {
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
    expectMoved('MirrorPad', { x }, { paddings, mode }, outShape, (place) =>
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
})
