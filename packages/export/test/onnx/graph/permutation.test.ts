import { expect, it } from 'vitest'
import {
  composed,
  inverse,
  isIdentity,
  toChannelsFirst,
  transposed,
} from '../../../src/onnx/graph/permutation.js'

it.each([
  [2, [0, 1]],
  [3, [0, 2, 1]],
  [4, [0, 3, 1, 2]],
  [5, [0, 4, 1, 2, 3]],
])('channels first, of %i axes: %j', (rank, expected) => {
  const order = toChannelsFirst(rank)
  expect(order).toEqual(expected)
  expect(isIdentity(composed(order, inverse(order)))).toBe(true)
})

it('one order after another is what it does', () => {
  const axes = 'abcd'.split('')
  const permute = (from: string[], order: readonly number[]) =>
    order.map((at) => from[at] as string)
  const [one, other] = [
    [2, 0, 3, 1],
    [1, 3, 0, 2],
  ]
  expect(permute(axes, composed(one, other))).toEqual(permute(permute(axes, one), other))
})

it.each([
  [
    [2, 3],
    [1, 0],
    [0, 3, 1, 4, 2, 5],
  ],
  [
    [2, 1, 3],
    [2, 0, 1],
    [0, 3, 1, 4, 2, 5],
  ],
  [
    [1, 2, 3],
    [0, 1, 2],
    [0, 1, 2, 3, 4, 5],
  ],
  [[6], [0], [0, 1, 2, 3, 4, 5]],
])('values of the shape %j in the order %j: %j', (shape, order, expected) => {
  const data = Float32Array.of(0, 1, 2, 3, 4, 5)
  expect([...transposed(data, shape, order)]).toEqual(expected)
})
