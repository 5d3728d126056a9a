import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { prepare, randomInt } from './support/compare.js'

beforeAll(prepare)

it('is exact where float32 is not', async () => {
  await tf.setBackend('wasm')
  const product = tf.tidy(() => {
    const [a, b] = [
      tf.tensor2d([[40_000, 1]], [1, 2], 'int32'),
      tf.tensor2d([[50_000], [1]], [2, 1], 'int32'),
    ]
    return tf.matMul(a, b)
  })
  expect(product.dtype).toBe('int32')
  expect([...product.dataSync()]).toEqual([2_000_000_001])
  product.dispose()
})

it.each([
  [false, false],
  [true, false],
  [false, true],
  [true, true],
])('multiplies stacks, transposed %s and %s, as the sums say', async (transposeA, transposeB) => {
  await tf.setBackend('wasm')
  const [stack, rows, inner, columns] = [2, 3, 4, 5]
  const a = randomInt([stack, ...(transposeA ? [inner, rows] : [rows, inner])], 19, 1)
  const b = randomInt([1, ...(transposeB ? [columns, inner] : [inner, columns])], 23, 2)
  const product = tf.matMul(tf.sub(a, 9), b, transposeA, transposeB).arraySync() as number[][][]
  const [left, right] = [tf.sub(a, 9).arraySync(), b.arraySync()] as [number[][][], number[][][]]
  const at = (matrix: number[][], i: number, j: number, isTransposed: boolean) =>
    (isTransposed ? matrix[j]?.[i] : matrix[i]?.[j]) as number
  for (let s = 0; s < stack; s++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        const terms = Array.from(
          { length: inner },
          (_, k) =>
            at(left[s] as number[][], i, k, transposeA) *
            at(right[0] as number[][], k, j, transposeB),
        )
        expect(product[s]?.[i]?.[j]).toBe(terms.reduce((sum, term) => sum + term))
      }
  tf.disposeVariables()
})
