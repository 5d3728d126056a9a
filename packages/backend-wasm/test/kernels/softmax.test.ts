import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { footprint, prepare, random } from '../support/compare.js'
import { onlyLaunches } from '../support/launches.js'
import { litter } from '../support/litter.js'
import { differences } from '../support/reference.js'

beforeAll(prepare)
beforeEach(litter)

const { NaN: nan, POSITIVE_INFINITY: inf } = Number

/** Softmax of rows, in float64. */
function reference(x: ArrayLike<number>, columns: number): Float64Array {
  const out = new Float64Array(x.length)
  for (let start = 0; start < x.length; start += columns) {
    const row = Array.from({ length: columns }, (_, i) => x[start + i] as number)
    const largest = row.reduce((a, b) => Math.max(a, b))
    const powers = row.map((value) => Math.exp(value - largest))
    const sum = powers.reduce((a, b) => a + b)
    out.set(
      powers.map((power) => power / sum),
      start,
    )
  }
  return out
}

const shapes = [
  ...[1, 2, 3, 4, 5, 7, 10, 255, 256, 257, 1023, 1025].map((columns) => [3, columns]),
  ...[[9], [2, 3, 6], [2, 3, 2, 5], [1, 30001], [1000, 37], [0, 4], [3, 0]],
]

describe.each(shapes.map((shape) => ({ shape })))('of $shape', ({ shape }) => {
  const columns = shape.at(-1) as number

  it.each([1, 30, 1e4])('logits to %d: every value within roundings of its own size', (scale) => {
    const x = tf.tidy(() => tf.mul(random(shape), scale))
    const before = footprint()
    const { result } = onlyLaunches(() => tf.softmax(x))
    const values = result.dataSync()
    const expected = reference(x.dataSync(), columns)
    // the distance to the largest logit is rounded to its own size
    const tolerance = 5e-7 + 1.2e-7 * Math.min(2 * scale, 100)
    expect(values.length).toBe(expected.length)
    expected.forEach((value, i) => {
      const error = Math.abs((values[i] as number) - value)
      expect(error).toBeLessThanOrEqual(tolerance * value + 1e-38)
    })
    result.dispose()
    expect(footprint()).toEqual(before)
  })
})

it('the gradient is the slope', () => {
  const [x, dy] = [random([3, 7]), random([3, 7], 2)]
  const { result } = onlyLaunches(() => tf.grad((logits: tf.Tensor) => tf.softmax(logits))(x, dy))
  const slopes = differences((v) => reference(v, 7), x.dataSync(), dy.dataSync(), 1e-4)
  result.dataSync().forEach((value, i) => {
    expect(value).toBeCloseTo(slopes[i] as number, 6)
  })
})

it.each([1, 4, 9])('rows with NaN or infinity, among %i other columns', (width) => {
  const row = (...values: number[]) => [...values, ...Array(width).fill(1)]
  const x = tf.tensor2d([row(nan), row(inf), row(-inf), row(1e38)])
  const rows = tf.softmax(x).arraySync() as number[][]
  expect(rows[0]).toEqual(Array(width + 1).fill(nan))
  expect(rows[1]).toEqual(Array(width + 1).fill(nan))
  expect(rows[2]?.[0]).toBe(0)
  expect(rows[2]?.[1]).toBeCloseTo(1 / width, 6)
  expect(rows[3]).toEqual([1, ...Array(width).fill(0)])
})

it('a row of equal values is the same wherever it stands', () => {
  const x = tf.tile(random([1, 13], 5), [40, 1])
  const rows = tf.softmax(x).arraySync() as number[][]
  for (const row of rows) expect(row).toEqual(rows[0])
})
