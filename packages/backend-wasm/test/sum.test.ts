import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, it } from 'vitest'
import { expectSameAsCpu, prepare, random, randomInt } from './support/compare.js'

beforeAll(prepare)

describe.each([false, true])('keepDims=%s', (keepDims) => {
  it.each([
    { shape: [5], axis: [0] },
    { shape: [7, 3], axis: [0] },
    { shape: [8, 1], axis: [0] },
    { shape: [7, 3], axis: [1] },
    { shape: [7, 3], axis: [-2] },
    { shape: [3, 4, 5], axis: [0] },
    { shape: [3, 4, 5], axis: [0, 1] },
    { shape: [3, 4, 5], axis: [1, 0] },
    { shape: [3, 4, 5], axis: [1, 2] },
    { shape: [3, 4, 5], axis: [0, 2] },
    { shape: [3, 4, 5], axis: [0, 1, 2] },
    { shape: [2, 5, 4, 3], axis: [0, 1, 2] },
    { shape: [0, 3], axis: [0] },
    { shape: [3, 0], axis: [0] },
    { shape: [], axis: [] },
  ])('of $shape over $axis equals cpu', async ({ shape, axis }) => {
    await expectSameAsCpu(() => [
      tf.sum(random(shape), axis, keepDims),
      tf.sum(randomInt(shape, 9), axis, keepDims),
    ])
  })
})
