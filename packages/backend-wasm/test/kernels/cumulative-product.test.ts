import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { footprint, prepare, random, randomInt, relativeError } from '../support/compare.js'
import { onlyLaunches } from '../support/launches.js'
import { litter } from '../support/litter.js'

beforeAll(prepare)
beforeEach(litter)

type Sizes = [number, number, number]

function reference(x: ArrayLike<number>, sizes: Sizes, isExclusive: boolean, isReversed: boolean) {
  const [outer, size, inner] = sizes
  const out = new Float64Array(outer * size * inner)
  for (let line = 0; line < outer * inner; line++) {
    let product = 1
    for (let step = 0; step < size; step++) {
      const i = isReversed ? size - 1 - step : step
      const at = (Math.floor(line / inner) * size + i) * inner + (line % inner)
      const next = product * (x[at] as number)
      out[at] = isExclusive ? product : next
      product = next
    }
  }
  return out
}

const sizes: Sizes[] = [
  [1, 5, 1],
  [3, 7, 2],
  [2, 1, 5],
  [4, 0, 3],
  [1, 9, 33],
]

describe.each(sizes)('of [%i, %i, %i] along the middle', (...shape) => {
  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('exclusive %s, reversed %s', (isExclusive, isReversed) => {
    const floats = tf.tidy(() => tf.add(random(shape), 1.2))
    const whole = tf.tidy(() => tf.sub(randomInt(shape, 5), tf.scalar(2, 'int32')))
    const before = footprint()
    for (const x of [floats, whole]) {
      const { result } = onlyLaunches(() => tf.cumprod(x, 1, isExclusive, isReversed))
      const expected = reference(x.dataSync(), shape, isExclusive, isReversed)
      expect([result.dtype, result.shape]).toEqual([x.dtype, shape])
      expect(relativeError(result.dataSync(), expected)).toBeLessThan(1e-6)
      result.dispose()
    }
    expect(footprint()).toEqual(before)
  })
})

it('the gradient of a product is made of launches, with zeros too', () => {
  const x = tf.tensor2d([
    [2, 0, 3],
    [4, 5, 6],
  ])
  const { result } = onlyLaunches(() => tf.grad((v: tf.Tensor) => tf.sum(tf.prod(v, 1)))(x))
  expect([...result.dataSync()]).toEqual([0, 6, 0, 30, 24, 20])
})
