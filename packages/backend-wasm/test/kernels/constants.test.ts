import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { footprint, kernel, prepare, random, randomInt } from '../support/compare.js'
import { onlyLaunches } from '../support/launches.js'
import { litter } from '../support/litter.js'

beforeAll(prepare)
beforeEach(litter)

const run = (name: string, inputs: Record<string, tf.Tensor>, attributes = {}) =>
  onlyLaunches(() => kernel(name, inputs, attributes)).result

const shapes = [[], [0], [1], [3], [4, 5], [2, 3, 7, 11], [9001]]

describe.each(['float32', 'int32', 'bool'] as const)('%s', (dtype) => {
  it.each(shapes)('Fill, ZerosLike and OnesLike of shape %j', (...shape) => {
    const size = tf.util.sizeFromShape(shape)
    const value = dtype === 'float32' ? -0.25 : 1
    const filled = run('Fill', {}, { shape, value, dtype })
    expect([filled.dtype, filled.shape]).toEqual([dtype, shape])
    expect([...filled.dataSync()]).toEqual(Array(size).fill(value))
    expect([...run('ZerosLike', { x: filled }).dataSync()]).toEqual(Array(size).fill(0))
    expect([...run('OnesLike', { x: filled }).dataSync()]).toEqual(Array(size).fill(1))
  })

  it.each(shapes)('Select of shape %j by element', (...shape) => {
    const [t, e] = [1, 2].map((seed) => tf.cast(randomInt(shape, 2, seed), dtype))
    const condition = tf.cast(randomInt(shape, 2, 3), 'bool')
    const before = footprint()
    const y = run('Select', { condition, t, e } as Record<string, tf.Tensor>)
    const [flags, chosen, others] = [condition, t as tf.Tensor, e as tf.Tensor].map((x) =>
      x.dataSync(),
    ) as [tf.TypedArray, tf.TypedArray, tf.TypedArray]
    expect([y.dtype, y.shape]).toEqual([dtype, shape])
    expect([...y.dataSync()]).toEqual(
      [...flags].map((flag, i) => (flag === 0 ? others[i] : chosen[i])),
    )
    y.dispose()
    expect(footprint()).toEqual(before)
  })

  it('Select by row', () => {
    const [t, e] = [1, 2].map((seed) => tf.cast(randomInt([57, 3], 2, seed), dtype))
    const condition = tf.cast(randomInt([57], 2, 3), 'bool')
    const y = run('Select', { condition, t, e } as Record<string, tf.Tensor>)
    const flags = condition.dataSync()
    const values = [t as tf.Tensor, e as tf.Tensor].map((x) => x.dataSync())
    expect([...y.dataSync()]).toEqual(
      Array.from({ length: 171 }, (_, i) => values[flags[Math.floor(i / 3)] === 0 ? 1 : 0]?.[i]),
    )
  })
})

it('NaN is chosen and passed over as any other value', () => {
  const condition = tf.tensor1d([1, 0, 1], 'bool')
  const t = tf.tensor1d([Number.NaN, Number.NaN, 1])
  const y = run('Select', { condition, t, e: tf.tensor1d([5, 6, Number.NaN]) })
  expect([...y.dataSync()]).toEqual([Number.NaN, 6, 1])
})

it.each([1, 2, 3, 5])('AddN of %i tensors adds from left to right', (count) => {
  const terms = Array.from({ length: count }, (_, i) => random([33, 7], i + 1))
  const before = footprint()
  const y = run('AddN', Object.fromEntries(terms.map((term, i) => [i, term])))
  const sums = terms
    .map((term) => term.dataSync())
    .reduce((sum, values) => sum.map((value, i) => Math.fround(value + (values[i] as number))))
  expect(y.dataSync()).toEqual(sums)
  y.dispose()
  expect(footprint()).toEqual(before)
})

it.each([
  [0, 10, 1, 'int32'],
  [5, -4, -2, 'int32'],
  [0, 1, 0.125, 'float32'],
  [-3.5, 7, 0.25, 'float32'],
  [3, 3, 1, 'float32'],
] as const)('Range from %d to %d by %d', (start, stop, step, dtype) => {
  const y = run('Range', {}, { start, stop, step, dtype })
  const count = Math.ceil((stop - start) / step)
  expect(y.dtype).toBe(dtype)
  expect([...y.dataSync()]).toEqual(Array.from({ length: count }, (_, i) => start + i * step))
})

it('a range of steps that float32 does not hold is that of tfjs', () => {
  expect([...tf.range(0, 0.5, 0.1).dataSync()].map((x) => x.toFixed(4))).toEqual([
    ...['0.0000', '0.1000', '0.2000', '0.3000', '0.4000'],
  ])
})
