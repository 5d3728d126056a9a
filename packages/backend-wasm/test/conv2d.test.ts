import { describe, expect, it } from 'vitest'
import { coveringOutputs } from '../src/conv2d.js'

describe('coveringOutputs', () => {
  it.each([
    { offset: 0, stride: 1, size: 5, outSize: 5, outputs: [0, 5] },
    { offset: -1, stride: 1, size: 5, outSize: 5, outputs: [1, 5] },
    { offset: 1, stride: 1, size: 5, outSize: 5, outputs: [0, 4] },
    { offset: -1, stride: 2, size: 5, outSize: 3, outputs: [1, 3] },
    { offset: 0, stride: 3, size: 7, outSize: 2, outputs: [0, 2] },
    { offset: -9, stride: 1, size: 3, outSize: 4, outputs: [4, 4] },
    { offset: 9, stride: 1, size: 3, outSize: 4, outputs: [0, 0] },
  ])('of $size pixels from $offset by $stride are $outputs', ({ outputs, ...axis }) => {
    expect(coveringOutputs(axis.offset, axis.stride, axis.size, axis.outSize)).toEqual(outputs)
  })
})
