import { expect, it } from 'vitest'
import { samePadding } from '../../../src/onnx/layers/spatial.js'

it.each([
  // size, window, stride, before and after, as TensorFlow's guide has it
  [7, 3, 1, [1, 1]],
  [7, 2, 1, [0, 1]],
  [7, 3, 2, [1, 1]],
  [6, 3, 2, [0, 1]],
  [5, 1, 2, [0, 0]],
  [1, 5, 1, [2, 2]],
  [null, 4, 1, [1, 2]],
  [null, 3, 2, undefined],
])('a size of %s, a window of %i, a stride of %i: %j', (size, window, stride, expected) => {
  expect(samePadding(size, { size: window, stride })).toEqual(expected)
})
