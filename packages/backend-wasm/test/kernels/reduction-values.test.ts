import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { prepare, random } from '../support/compare.js'
import { onlyLaunches } from '../support/launches.js'
import { litter } from '../support/litter.js'

beforeAll(prepare)
beforeEach(litter)

const { NaN: nan, POSITIVE_INFINITY: inf } = Number

describe('sums of many values', () => {
  it.each([
    ['equal', () => 0.1],
    ['positive', (i: number) => 1 + Math.sin(i)],
    ['of large mean', (i: number) => 1000 + Math.cos(i)],
  ])('%s values are right to 2e-7, over rows and over columns', (_, f) => {
    const values = Float32Array.from({ length: 2 ** 20 }, (_, i) => f(i))
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const x = tf.tensor1d(values)
    expect(Math.abs((tf.mean(x).dataSync()[0] as number) / mean - 1)).toBeLessThan(2e-7)
    for (const columns of [4, 32, 64]) {
      const means = tf.mean(tf.mean(tf.reshape(x, [-1, columns]), 0)).dataSync()[0] as number
      expect(Math.abs(means / mean - 1)).toBeLessThan(2e-7)
    }
  })

  it('take two launches for one result, else one', () => {
    const x = random([1024, 256])
    expect(onlyLaunches(() => tf.sum(x)).launches).toBe(2)
    expect(onlyLaunches(() => tf.sum(x, 0)).launches).toBe(2)
    expect(onlyLaunches(() => tf.sum(x, 1)).launches).toBe(1)
    expect(onlyLaunches(() => tf.max(x)).launches).toBe(2)
    expect(onlyLaunches(() => tf.sum(random([100, 32]), 0)).launches).toBe(1)
  })
})

describe('special values', () => {
  it.each([
    [[1, nan, 2], nan, nan, nan, 2, 0],
    [[nan, 1, 2], nan, nan, nan, 0, 0],
    [[3, 1, -inf, inf, 7], inf, -inf, nan, 3, 2],
    [[inf, inf], inf, inf, inf, 0, 0],
    [[-1, -2, -3], -1, -3, -6, 0, 2],
  ])('%j', (values, max, min, sum, argMax, argMin) => {
    const row = tf.tensor1d(values)
    const column = tf.reshape(row, [-1, 1])
    const wide = tf.tile(column, [1, 5])
    const all = (f: (x: tf.Tensor, axis: number) => tf.Tensor) => [
      ...f(row, 0).dataSync(),
      ...f(wide, 0).dataSync(),
    ]
    const same = (value: number) => Array(6).fill(value)
    expect(all(tf.max)).toEqual(same(max))
    expect(all(tf.min)).toEqual(same(min))
    expect(all(tf.sum)).toEqual(same(sum))
    expect(all(tf.argMax)).toEqual(same(argMax))
    expect(all(tf.argMin)).toEqual(same(argMin))
  })

  it('the mean of nothing is NaN', () => {
    expect([...tf.mean(tf.zeros([2, 0]), 1).dataSync()]).toEqual([nan, nan])
  })

  it('sums of integers wrap', () => {
    const x = tf.tensor1d([2 ** 31 - 1, 1, 5], 'int32')
    expect([...tf.sum(x).dataSync()]).toEqual([-(2 ** 31) + 5])
  })
})
