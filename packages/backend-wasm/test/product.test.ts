import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engineOf } from '../src/engine/engine.js'
import type { WasmBackend } from '../src/heap.js'
import { launchProduct } from '../src/kernels/product.js'
import { kernel, prepare, random, relativeError } from './support/compare.js'
import { litter } from './support/litter.js'

beforeAll(prepare)
beforeEach(litter)

type Size = readonly [rows: number, inner: number, columns: number]

/** In float64; `[m, k]` and `[k, n]`, or turned. */
function product(a: tf.Tensor, b: tf.Tensor, [m, k, n]: Size, turnedA: boolean, turnedB: boolean) {
  const [left, right] = [a.dataSync(), b.dataSync()]
  const out = new Float64Array(m * n)
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++)
      for (let l = 0; l < k; l++) {
        const x = left[turnedA ? l * m + i : i * k + l] as number
        const y = right[turnedB ? j * k + l : l * n + j] as number
        out[i * n + j] = (out[i * n + j] as number) + x * y
      }
  return out
}

function factors([m, k, n]: Size, turnedA: boolean, turnedB: boolean): [tf.Tensor, tf.Tensor] {
  return [random(turnedA ? [k, m] : [m, k], 1), random(turnedB ? [n, k] : [k, n], 2)]
}

const turns = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const

describe.each(turns)('transposeA=%s, transposeB=%s', (turnedA, turnedB) => {
  // around whole tiles of 6 or 4 by 8, chunks of 128 rows, blocks of 512 summands, several tasks
  it.each<Size>([
    [1, 1, 1],
    [1, 600, 40],
    [1, 1030, 107],
    [9, 1030, 1],
    [130, 15, 1],
    [2, 9, 17],
    [3, 130, 8],
    [4, 3, 7],
    [5, 511, 9],
    [6, 33, 9],
    [7, 33, 15],
    [8, 33, 8],
    [10, 33, 9],
    [11, 33, 16],
    [14, 33, 9],
    [64, 1, 8],
    [65, 3, 7],
    [67, 512, 16],
    [69, 513, 1],
    [80, 1100, 23],
    [130, 70, 10],
    [261, 90, 139],
  ])('%i x %i by %i is the sum of products', (...size) => {
    const [a, b] = factors(size, turnedA, turnedB)
    const y = tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D, turnedA, turnedB)
    expect(relativeError(y.dataSync(), product(a, b, size, turnedA, turnedB))).toBeLessThan(2e-6)
  })

  it('adds to what the output holds, if asked', () => {
    const size: Size = [13, 700, 11]
    const [a, b] = factors(size, turnedA, turnedB)
    const out = random([13, 11], 3)
    const expected = product(a, b, size, turnedA, turnedB).map(
      (sum, i) => sum + (out.dataSync()[i] as number),
    )
    const [rows, inner, columns] = size
    const shape = { rows, inner, columns, batchA: [], batchB: [], batch: [] }
    const engine = engineOf(tf.backend() as unknown as WasmBackend)
    if (engine === null) throw new Error('there is no SIMD')
    const options = { transposeA: turnedA, transposeB: turnedB, accumulates: true }
    launchProduct(engine, a, b, out, shape, options)
    expect(relativeError(out.dataSync(), expected)).toBeLessThan(2e-6)
  })
})

describe.each(['linear', 'relu', 'relu6', 'leakyrelu', 'elu', 'sigmoid', 'prelu'] as const)(
  '%s after a bias',
  (activation) => {
    const apply: Record<typeof activation, (x: number, column: number) => number> = {
      linear: (x) => x,
      relu: (x) => Math.max(x, 0),
      relu6: (x) => Math.min(Math.max(x, 0), 6),
      leakyrelu: (x) => (x < 0 ? 0.3 * x : x),
      elu: (x) => (x < 0 ? Math.expm1(x) : x),
      sigmoid: (x) => 1 / (1 + Math.exp(-x)),
      prelu: (x, column) => (x < 0 ? x * (0.1 + column) : x),
    }

    it.each<Size>([
      [6, 5, 3],
      [9, 530, 19],
      [4, 0, 9],
      [1, 70, 75],
      [5, 600, 1],
    ])('%i x %i by %i', (...size) => {
      const [m, k, n] = size
      const [a, b] = [random([m, k], 1), tf.mul(random([k, n], 2), 4)]
      const bias = random([n], 3)
      const y = kernel(
        '_FusedMatMul',
        { a, b, bias, preluActivationWeights: tf.add(tf.range(0, n), 0.1) },
        { activation, leakyreluAlpha: 0.3, transposeA: false, transposeB: false },
      )
      const expected = product(a, b, size, false, false).map((sum, i) =>
        apply[activation](sum + (bias.dataSync()[i % n] as number), i % n),
      )
      expect(relativeError(y.dataSync(), expected)).toBeLessThan(1e-5)
    })
  },
)

it('gives a row the same bits whatever other rows there are', () => {
  const [a, b] = factors([133, 600, 75], false, false)
  const all = tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D)
  for (const [first, count] of [
    [0, 1],
    [7, 2],
    [64, 5],
    [100, 33],
  ] as const) {
    const part = tf.matMul(tf.slice(a, [first, 0], [count, 600]), b as tf.Tensor2D)
    expect(part.dataSync()).toEqual(tf.slice(all, [first, 0], [count, 75]).dataSync())
  }
})

it.each([
  [[3], [3]],
  [
    [2, 1],
    [1, 3],
  ],
  [[3], [1]],
])('stacks %j and %j of one column are sums of products', (batchA, batchB) => {
  const a = random([...batchA, 6, 5], 1)
  const b = random([...batchB, 6, 1], 2)
  const y = kernel('BatchMatMul', { a, b }, { transposeA: true, transposeB: false })
  const expected = tf.sum(tf.mul(a, b), -2)
  expect(y.shape).toEqual([...expected.shape, 1])
  expect(relativeError(y.dataSync(), expected.dataSync())).toBeLessThan(1e-6)
})

it('carries NaN and infinity to the rows and columns they belong to', () => {
  const a = tf.buffer([70, 5])
  a.set(Number.NaN, 3, 2)
  a.set(Number.POSITIVE_INFINITY, 18, 1)
  const sums = tf.matMul(a.toTensor() as tf.Tensor2D, tf.ones([5, 9])).arraySync() as number[][]
  expect(sums[3]).toEqual(Array(9).fill(Number.NaN))
  expect(sums[18]).toEqual(Array(9).fill(Number.POSITIVE_INFINITY))
  expect(sums[4]).toEqual(Array(9).fill(0))
})

it('multiplies int32 modulo 2^32', () => {
  const a = tf.tensor2d([[70_000, -3, 5]], [1, 3], 'int32')
  const b = tf.tensor2d([[70_000], [2_000_000_000], [7]], [3, 1], 'int32')
  const exact = 70_000n * 70_000n - 3n * 2_000_000_000n + 35n
  expect(tf.matMul(a, b).dataSync()[0]).toBe(Number(BigInt.asIntN(32, exact)))
})
