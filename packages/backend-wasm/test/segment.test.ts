import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { expectSameAsCpu, kernel, prepare, random, randomInt } from './support/compare.js'

beforeAll(prepare)

it.each([
  { shape: [1], count: 1 },
  { shape: [7], count: 3 },
  { shape: [9, 5], count: 4 },
  { shape: [4, 3, 2], count: 6 },
  { shape: [0, 3], count: 2 },
  { shape: [5, 0], count: 2 },
])('float32 of $shape into $count equals cpu', async ({ shape, count }) => {
  await expectSameAsCpu(() =>
    tf.unsortedSegmentSum(
      random(shape),
      randomInt([shape[0] as number], count, 2) as tf.Tensor1D,
      count,
    ),
  )
})

it('sums int32 to int32', () => {
  tf.tidy(() => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2], 'int32')
    const sums = tf.unsortedSegmentSum(x, tf.tensor1d([1, 0, 1], 'int32'), 3)
    expect(sums.dtype).toBe('int32')
    expect([...sums.dataSync()]).toEqual([3, 4, 6, 8, 0, 0])
  })
})

it('drops ids that are negative or too large', async () => {
  await expectSameAsCpu(() =>
    tf.unsortedSegmentSum(random([5, 3]), tf.tensor1d([-1, 0, 3, 2, 100], 'int32'), 3),
  )
})

it('asks for one id per row', () => {
  tf.tidy(() => {
    const inputs = { x: random([4, 2]), segmentIds: randomInt([2, 2], 3) }
    expect(() => kernel('UnsortedSegmentSum', inputs, { numSegments: 3 })).toThrow(
      /\[2,2\].*\[4,2\].*\[4\]/,
    )
  })
})
