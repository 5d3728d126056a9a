import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { footprint, prepare } from '../support/compare.js'
import { litter } from '../support/litter.js'

beforeAll(prepare)
beforeEach(litter)

function counted(shape: number[], dtype: 'float32' | 'int32' = 'float32'): tf.Tensor {
  return tf.tensor([...Array(tf.util.sizeFromShape(shape)).keys()], shape, dtype)
}

describe('depthToSpace', () => {
  it.each(['NHWC', 'NCHW'] as const)(
    '%s puts the channels of a pixel beside each other',
    (format) => {
      const isLast = format === 'NHWC'
      const x = counted(isLast ? [2, 2, 3, 8] : [2, 8, 2, 3]) as tf.Tensor4D
      const before = footprint()
      const y = tf.depthToSpace(x, 2, format)
      expect(y.shape).toEqual(isLast ? [2, 4, 6, 2] : [2, 2, 4, 6])
      const at = (n: number, c: number, row: number, column: number) =>
        isLast ? ((n * 2 + row) * 3 + column) * 8 + c : ((n * 8 + c) * 2 + row) * 3 + column
      const expected: number[] = []
      const visit = (n: number, row: number, column: number, c: number) => {
        const block = (row % 2) * 2 + (column % 2)
        expected.push(at(n, block * 2 + c, row >> 1, column >> 1))
      }
      for (let n = 0; n < 2; n++) {
        for (let i = 0; i < y.size / 2; i++) {
          if (isLast) visit(n, Math.floor(i / 12), Math.floor(i / 2) % 6, i % 2)
          else visit(n, Math.floor(i / 6) % 4, i % 6, Math.floor(i / 24))
        }
      }
      expect([...y.dataSync()]).toEqual(expected)
      y.dispose()
      expect(footprint()).toEqual(before)
    },
  )
})

describe.each(['float32', 'int32'] as const)('blocks of %s', (dtype) => {
  it('of space become a batch, padded with zeros, and return', () => {
    const x = counted([1, 3, 4, 2], dtype) as tf.Tensor4D
    const before = footprint()
    const paddings = [
      [1, 0],
      [0, 2],
    ]
    const batch = tf.spaceToBatchND(x, [2, 3], paddings)
    expect(batch.dtype).toBe(dtype)
    expect(batch.shape).toEqual([6, 2, 2, 2])
    const zero = [0, 0]
    // the padded rows are 0 and the image's 0, 1, 2; block (0, 0) takes rows 0 and 2, columns 0 and 3
    expect([...batch.dataSync().slice(0, 8)]).toEqual([...zero, ...zero, 8, 9, 14, 15])
    const back = tf.batchToSpaceND(batch, [2, 3], paddings)
    expect(back.shape).toEqual([1, 3, 4, 2])
    expect([...back.dataSync()]).toEqual([...x.dataSync()])
    tf.dispose([batch, back])
    expect(footprint()).toEqual(before)
  })
})

it('a dilated pooling goes through blocks', () => {
  const x = counted([1, 5, 5, 1]) as tf.Tensor4D
  const y = tf.pool(x, [2, 2], 'max', 'valid', [2, 2])
  expect(y.shape).toEqual([1, 3, 3, 1])
  expect([...y.dataSync()]).toEqual([12, 13, 14, 17, 18, 19, 22, 23, 24])
})
