import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { contiguousRuns } from '../src/slice.js'
import { expectSameAsCpu, footprint, prepare, random, randomInt } from './support/compare.js'

beforeAll(prepare)

const cases = [
  { shape: [7], begin: [2], size: [3] },
  { shape: [7], begin: [7], size: [0] },
  { shape: [5, 6], begin: [1, 0], size: [2, 6] },
  { shape: [5, 6], begin: [1, 2], size: [-1, 3] },
  { shape: [3, 4, 5], begin: [0, 1, 0], size: [3, 2, 5] },
  { shape: [3, 4, 5], begin: [2, 3, 4], size: [1, 1, 1] },
  { shape: [2, 3, 4, 5], begin: [1, 0, 2, 1], size: [1, 3, 2, 3] },
  { shape: [2, 3, 1, 2, 3], begin: [0, 1, 0, 0, 2], size: [2, 2, 1, 2, 1] },
]

describe.each(cases)('$size from $begin of $shape', ({ shape, begin, size }) => {
  it('equals cpu for float32', () => expectSameAsCpu(() => tf.slice(random(shape), begin, size)))

  it('equals cpu for int32', () =>
    expectSameAsCpu(() => tf.slice(randomInt(shape, 9), begin, size)))

  it('equals cpu for bool', () =>
    expectSameAsCpu(() => tf.slice(tf.cast(randomInt(shape, 2), 'bool'), begin, size)))
})

it('takes strings', () => {
  tf.tidy(() => {
    const words = tf.tensor1d(['a', 'b', 'c'], 'string')
    expect(tf.slice(words, [1], [2]).dataSync()).toEqual(['b', 'c'])
  })
})

it('survives its source, also a slice of a slice', () => {
  const before = footprint()
  const source = tf.range(0, 40_000)
  const outer = tf.slice(source, [10_000], [20_000])
  source.dispose()
  const inner = tf.slice(outer, [5_000], [3])
  outer.dispose()
  const other = tf.zeros([40_000])
  expect([...inner.dataSync()]).toEqual([15_000, 15_001, 15_002])
  tf.dispose([inner, other])
  expect(footprint()).toEqual(before)
})

it('keeps what it saw when the variable is assigned', () => {
  const weight = tf.variable(tf.range(0, 6))
  const part = tf.slice(weight, 2, 2) as tf.Tensor
  const next = tf.zeros<tf.Rank.R1>([6])
  weight.assign(next)
  expect([...part.dataSync()]).toEqual([2, 3])
  tf.dispose([weight, part, next])
})

describe('contiguousRuns', () => {
  it.each([
    { shape: [4, 5], begin: [1, 0], size: [2, 5], runs: { starts: [5], runLength: 10 } },
    { shape: [4, 5], begin: [1, 2], size: [2, 2], runs: { starts: [7, 12], runLength: 2 } },
    {
      shape: [2, 3, 4],
      begin: [0, 1, 0],
      size: [2, 1, 4],
      runs: { starts: [4, 16], runLength: 4 },
    },
    { shape: [], begin: [], size: [], runs: { starts: [0], runLength: 1 } },
    { shape: [3], begin: [1], size: [0], runs: { starts: [], runLength: 0 } },
  ])('of $size from $begin of $shape', ({ shape, begin, size, runs }) => {
    expect(contiguousRuns(shape, begin, size)).toEqual(runs)
  })
})

it('refuses a slice that reaches out of the tensor', async () => {
  await tf.setBackend('wasm')
  const x = random([3, 4])
  const before = footprint()
  expect(() => tf.slice(x, [1, 0], [3, 4])).toThrow(/would overflow/)
  expect(() => tf.slice(x, [0, -1], [1, 2])).toThrow()
  expect(footprint()).toEqual(before)
  x.dispose()
})
