import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { footprint, prepare, random, relativeError } from '../support/compare.js'
import { onlyLaunches } from '../support/launches.js'
import { litter } from '../support/litter.js'
import { differences } from '../support/reference.js'

beforeAll(prepare)
beforeEach(litter)

interface Response {
  readonly radius: number
  readonly bias: number
  readonly alpha: number
  readonly beta: number
}

function reference(x: ArrayLike<number>, channels: number, one: Response): Float64Array {
  return Float64Array.from(x, (value, i) => {
    const start = i - (i % channels)
    let sum = 0
    for (let near = i - one.radius; near <= i + one.radius; near++) {
      if (near >= start && near < start + channels) sum += (x[near] as number) ** 2
    }
    return value / (one.bias + one.alpha * sum) ** one.beta
  })
}

describe.each([
  { shape: [2, 3, 3, 1], radius: 2, bias: 1, alpha: 1, beta: 0.5 },
  { shape: [1, 2, 3, 4], radius: 0, bias: 2, alpha: 0.3, beta: 0.75 },
  { shape: [2, 2, 2, 7], radius: 2, bias: 1, alpha: 0.7, beta: 0.75 },
  { shape: [1, 3, 2, 9], radius: 20, bias: 0.5, alpha: 2, beta: 1.5 },
  { shape: [0, 3, 2, 9], radius: 1, bias: 1, alpha: 1, beta: 1 },
] as (Response & { shape: [number, number, number, number] })[])(
  '$shape, radius $radius',
  (one) => {
    const { shape, radius, bias, alpha, beta } = one
    const f = (x: tf.Tensor) =>
      tf.localResponseNormalization(x as tf.Tensor4D, radius, bias, alpha, beta)

    it('gives values and slopes, by launches alone', () => {
      const [x, dy] = [random(shape), random(shape, 2)]
      const before = footprint()
      const y = onlyLaunches(() => f(x)).result
      const dx = onlyLaunches(() => tf.grad(f)(x, dy)).result
      const values = x.dataSync()
      const expected = reference(values, shape[3], one)
      expect(relativeError(y.dataSync(), expected)).toBeLessThan(1e-6)
      const slopes = differences((v) => reference(v, shape[3], one), values, dy.dataSync(), 1e-4)
      expect(relativeError(dx.dataSync(), slopes)).toBeLessThan(1e-5)
      tf.dispose([y, dx])
      expect(footprint()).toEqual(before)
    })
  },
)
