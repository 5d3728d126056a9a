import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectSameAsCpu, kernel, prepare, random, randomInt } from './support/compare.js'

beforeAll(prepare)

const transpositions = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const

const sizes = [
  [1, 1, 1],
  [3, 5, 7],
  [1, 9, 4],
  [6, 1, 5],
  [33, 17, 1],
  [65, 130, 31],
] as const

function factors(
  [rows, inner, columns]: readonly [number, number, number],
  [transposeA, transposeB]: readonly [boolean, boolean],
  batchA: readonly number[],
  batchB: readonly number[],
): { a: tf.Tensor; b: tf.Tensor } {
  return {
    a: random([...batchA, ...(transposeA ? [inner, rows] : [rows, inner])], 1),
    b: random([...batchB, ...(transposeB ? [columns, inner] : [inner, columns])], 2),
  }
}

describe.each(transpositions)('a product with transposeA=%s, transposeB=%s', (...transpose) => {
  const [transposeA, transposeB] = transpose

  it.each(sizes)('of %i x %i by %i equals cpu', async (...size) => {
    await expectSameAsCpu(() => {
      const { a, b } = factors(size, transpose, [], [])
      return tf.matMul(a, b, transposeA, transposeB)
    })
  })

  it.each([
    [[1], [1]],
    [[2], [2]],
    [[5], [5]],
    [[5], [1]],
    [[1], [5]],
    [
      [2, 3],
      [2, 3],
    ],
    [
      [2, 3],
      [1, 1],
    ],
    [
      [1, 1],
      [2, 3],
    ],
    [[3], [2, 3]],
  ])('of stacks %j and %j equals cpu', async (batchA, batchB) => {
    await expectSameAsCpu(() => {
      const { a, b } = factors([4, 7, 5], transpose, batchA, batchB)
      return kernel('BatchMatMul', { a, b }, { transposeA, transposeB })
    })
  })

  it('broadcasts stacks in both directions', async () => {
    await expectSameAsCpu(() => {
      const { a, b } = factors([3, 4, 2], transpose, [2, 1], [1, 3])
      if (tf.getBackend() === 'wasm') {
        return kernel('BatchMatMul', { a, b }, { transposeA, transposeB })
      }
      const wideA = tf.tile(a, [1, 3, 1, 1])
      const wideB = tf.tile(b, [2, 1, 1, 1])
      return tf.matMul(wideA, wideB, transposeA, transposeB)
    })
  })

  it.each([
    [0, 3, 2],
    [3, 0, 2],
    [3, 2, 0],
  ])('of the empty size %i x %i by %i equals cpu', async (...size) => {
    await expectSameAsCpu(() => {
      const { a, b } = factors(size, transpose, [2], [2])
      return kernel('BatchMatMul', { a, b }, { transposeA, transposeB })
    })
  })
})

it('gives fresh results after a variable was assigned', () => {
  tf.tidy(() => {
    const x = tf.ones([2, 2])
    const weight = tf.variable(tf.ones([2, 2]))
    const before = tf.matMul(x, weight)
    weight.assign(tf.fill([2, 2], 3))
    expect([...tf.matMul(x, weight).dataSync()]).toEqual([6, 6, 6, 6])
    expect([...before.dataSync()]).toEqual([2, 2, 2, 2])
    weight.dispose()
  })
})

it('works while the heap grows', () => {
  tf.tidy(() => {
    const heap = () => (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8
    const size = heap().byteLength
    const a = tf.ones([2, 256, 1])
    const b = tf.ones([2, 1, 40_000])
    const products = [0, 1, 2].map(() => tf.matMul(a, b))
    expect(heap().byteLength).toBeGreaterThan(size)
    for (const product of products) expect(tf.min(product).dataSync()[0]).toBe(1)
  })
})

it('names both shapes where the inner dimensions differ', () => {
  tf.tidy(() => {
    const inputs = { a: random([1, 2, 3]), b: random([1, 4, 2]) }
    expect(() => kernel('BatchMatMul', inputs, { transposeA: false, transposeB: false })).toThrow(
      /\[1,2,3\] and \[1,4,2\].*3 and 4/,
    )
  })
})

it('refuses bool as the stock kernel does', () => {
  tf.tidy(() => {
    const inputs = {
      a: tf.cast(randomInt([1, 2, 3], 2), 'bool'),
      b: tf.cast(randomInt([1, 3, 2], 2), 'bool'),
    }
    expect(() => kernel('BatchMatMul', inputs)).toThrow(/float32/)
  })
})
