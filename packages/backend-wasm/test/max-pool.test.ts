import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, it } from 'vitest'
import { expectSameAsCpu, kernel, prepare, random } from './support/compare.js'

beforeAll(prepare)

const windows = [
  { filterSize: 2, strides: 2 },
  { filterSize: 3, strides: 1 },
  { filterSize: 3, strides: 2 },
  { filterSize: [2, 3], strides: [3, 1] },
  { filterSize: 1, strides: 2 },
]

describe.each([
  { shape: [2, 6, 6, 3], pad: 'valid' },
  { shape: [1, 7, 5, 2], pad: 'same' },
  { shape: [3, 5, 8, 1], pad: 1 },
] as const)('$shape, pad $pad', ({ shape, pad }) => {
  it.each(windows)('$filterSize by $strides equals cpu', async ({ filterSize, strides }) => {
    if (pad === 1 && filterSize === 1) return
    await expectSameAsCpu(() => maxPoolGrad(random(shape), filterSize, strides, pad))
  })

  it.each(windows)('gives ties to the same pixel as cpu, $filterSize', async (window) => {
    if (pad === 1 && window.filterSize === 1) return
    await expectSameAsCpu(() =>
      maxPoolGrad(tf.zeros([...shape]), window.filterSize, window.strides, pad),
    )
  })
})

function maxPoolGrad(
  input: tf.Tensor,
  filterSize: number | number[],
  strides: number | number[],
  pad: 'valid' | 'same' | number,
): tf.Tensor {
  const { outShape } = tf.backend_util.computePool2DInfo(
    input.shape as [number, number, number, number],
    filterSize as number,
    strides as number,
    1,
    pad,
  )
  const dy = random(outShape, 5)
  const inputs = { dy, input, output: dy }
  return kernel('MaxPoolGrad', inputs, { filterSize, strides, pad })
}
