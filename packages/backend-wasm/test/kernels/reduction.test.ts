import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { footprint, prepare, random, randomInt, relativeError } from '../support/compare.js'
import { onlyLaunches } from '../support/launches.js'
import { litter } from '../support/litter.js'

beforeAll(prepare)
beforeEach(litter)

const { POSITIVE_INFINITY: inf } = Number

/** Reduces `[outer, reduced, inner]` over its middle, one column at a time, in float64. */
function reference(
  x: ArrayLike<number>,
  [outer, reduced, inner]: readonly [number, number, number],
  f: (column: number[]) => number,
): number[] {
  return Array.from({ length: outer * inner }, (_, at) => {
    const start = Math.floor(at / inner) * reduced * inner + (at % inner)
    return f(Array.from({ length: reduced }, (_, row) => x[start + row * inner] as number))
  })
}

const total = (column: number[]) => column.reduce((sum, value) => sum + value, 0)

/** As tfjs: NaN is never larger, so that it counts in the first place only. */
function firstBest(isBetter: (value: number, best: number) => boolean) {
  return (column: number[]) =>
    column.reduce((at, value, i) => (isBetter(value, column[at] as number) ? i : at), 0)
}

const floats: Record<string, [(x: tf.Tensor, axis: number) => tf.Tensor, (x: number[]) => number]> =
  {
    sum: [tf.sum, total],
    mean: [tf.mean, (column) => total(column) / column.length],
    max: [tf.max, (column) => column.reduce((a, b) => Math.max(a, b), -inf)],
    min: [tf.min, (column) => column.reduce((a, b) => Math.min(a, b), inf)],
    prod: [tf.prod, (column) => column.reduce((a, b) => a * b, 1)],
    argMax: [tf.argMax, firstBest((value, best) => value > best)],
    argMin: [tf.argMin, firstBest((value, best) => value < best)],
  }

const integers: typeof floats = {
  ...floats,
  sum: [tf.sum, (column) => column.reduce((a, b) => (a + b) | 0, 0)],
  max: [tf.max, (column) => column.reduce((a, b) => Math.max(a, b), -(2 ** 31))],
  min: [tf.min, (column) => column.reduce((a, b) => Math.min(a, b), 2 ** 31 - 1)],
  prod: [tf.prod, (column) => column.reduce((a, b) => Math.imul(a, b), 1)],
}

const flags: typeof floats = {
  all: [tf.all, (column) => Number(column.every((value) => value === 1))],
  any: [tf.any, (column) => Number(column.some((value) => value === 1))],
}

const sizes: [number, number, number][] = [
  ...[1, 2, 3, 7, 8, 9, 31, 255, 256, 257, 1023, 1024, 1025].map(
    (length): [number, number, number] => [3, length, 1],
  ),
  ...[1, 3, 4, 63, 64, 65, 129, 300].flatMap((rows) =>
    [2, 3, 4, 5, 10, 33, 64, 66].map((columns): [number, number, number] => [1, rows, columns]),
  ),
  ...([
    [2, 5, 1023],
    [2, 5, 1025],
    [1, 70, 2051],
    [4, 3, 7],
    [33, 2, 5],
    [5, 0, 3],
    [5, 0, 1],
    [0, 5, 3],
    [2, 70000, 1],
    [1, 70001, 3],
  ] as [number, number, number][]),
]

describe.each(sizes)('of [%i, %i, %i] over the middle', (...size) => {
  it.each(Object.entries(floats))('%s of floats is as defined', (name, [run, f]) => {
    const x = name === 'prod' ? nearOne(size) : random(size)
    const before = footprint()
    const { result } = onlyLaunches(() => run(x, 1))
    const expected = reference(x.dataSync(), size, f)
    expect(result.shape).toEqual([size[0], size[2]])
    expectEqual(result.dataSync(), expected, name === 'prod' ? 1e-3 : 2e-6)
    result.dispose()
    expect(footprint()).toEqual(before)
  })

  it.each(Object.entries(integers))('%s of integers is as defined', (name, [run, f]) => {
    const x = tf.tidy(() => tf.sub(randomInt(size, 1000), tf.scalar(500, 'int32')))
    const result = run(x, 1)
    expect(result.dtype).toBe(name === 'mean' ? 'float32' : 'int32')
    expectEqual(result.dataSync(), reference(x.dataSync(), size, f), 1e-6)
  })

  it.each(Object.entries(flags))('%s of bools is as defined', (_, [run, f]) => {
    const rare = tf.tidy(() => tf.less(randomInt(size, 1000), tf.scalar(5, 'int32')))
    for (const x of [rare, tf.logicalNot(rare)]) {
      const { result } = onlyLaunches(() => run(x, 1))
      expect(result.dtype).toBe('bool')
      expectEqual(result.dataSync(), reference(x.dataSync(), size, f))
    }
  })
})

/** Numbers whose product neither overflows nor vanishes. */
function nearOne(shape: readonly number[]): tf.Tensor {
  return tf.tidy(() => tf.add(1, tf.div(random(shape), 10 + (shape[1] as number))))
}

function expectEqual(actual: ArrayLike<number>, expected: readonly number[], error = 0): void {
  expect(actual.length).toBe(expected.length)
  if (expected.every(Number.isFinite)) {
    expect(relativeError(actual, expected)).toBeLessThanOrEqual(error)
  } else expect(Array.from(actual)).toEqual(expected)
}

describe.each([false, true])('keepDims %s', (keepDims) => {
  it.each([
    [
      [3, 4, 5],
      [0, 2],
    ],
    [
      [3, 4, 5],
      [2, 0],
    ],
    [[3, 4, 5], [-1]],
    [
      [3, 1, 5],
      [0, 2],
    ],
    [
      [1, 4, 1],
      [0, 2],
    ],
    [
      [2, 3, 4, 5],
      [0, 2],
    ],
    [
      [2, 3, 4, 5],
      [1, 3],
    ],
    [
      [2, 3, 4, 5],
      [0, 1, 2],
    ],
    [[], []],
    [[4, 3], []],
  ] as [number[], number[]][])('of %j over %j', (shape, axis) => {
    const x = random(shape)
    const values = x.dataSync()
    const sums = new Map<string, number>()
    const strides = [...tf.util.computeStrides(shape), 1]
    const axes = tf.util.parseAxisParam(axis, shape)
    values.forEach((value, at) => {
      const place = shape.map((size, i) =>
        axes.includes(i) ? 0 : Math.floor(at / (strides[i] as number)) % size,
      )
      const key = place.join()
      sums.set(key, (sums.get(key) ?? 0) + value)
    })
    const before = footprint()
    const result = tf.sum(x, axis, keepDims)
    expect(relativeError(result.dataSync(), [...sums.values()])).toBeLessThan(1e-6)
    expect(result.shape).toEqual(
      shape.flatMap((size, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [size])),
    )
    result.dispose()
    expect(footprint()).toEqual(before)
  })
})
