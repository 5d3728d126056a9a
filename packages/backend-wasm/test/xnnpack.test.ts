import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { expectSameAsCpu, kernel, prepare, random } from './support/compare.js'

vi.mock('../src/engine/kernel-module.js', () => ({
  instantiateKernels: () => null,
  chooseKernels: async () => null,
}))

beforeAll(prepare)

describe.each([
  [false, false],
  [true, false],
  [false, true],
  [true, true],
])('without SIMD, transposeA=%s, transposeB=%s', (transposeA, transposeB) => {
  it.each([
    [[], []],
    [[4], [4]],
    [[4], [1]],
    [[1], [4]],
  ])('stacks %j and %j equal cpu', async (batchA, batchB) => {
    await expectSameAsCpu(() => {
      const a = random([...batchA, ...(transposeA ? [6, 33] : [33, 6])], 1)
      const b = random([...batchB, ...(transposeB ? [11, 6] : [6, 11])], 2)
      return kernel('BatchMatMul', { a, b }, { transposeA, transposeB })
    })
  })

  it.each(['linear', 'relu', 'sigmoid'] as const)(
    'fused with %s equals cpu',
    async (activation) => {
      await expectSameAsCpu(() =>
        tf.fused.matMul({
          a: random(transposeA ? [6, 33] : [33, 6], 1) as tf.Tensor2D,
          b: random(transposeB ? [11, 6] : [6, 11], 2) as tf.Tensor2D,
          bias: random([11], 3),
          transposeA,
          transposeB,
          activation,
        }),
      )
    },
  )
})

it('gives fresh results after a variable was assigned', () => {
  tf.tidy(() => {
    const x = tf.ones([40, 2])
    const weight = tf.variable(tf.ones([2, 2]))
    tf.matMul(x, weight)
    weight.assign(tf.fill([2, 2], 3))
    expect(new Set(tf.matMul(x, weight).dataSync())).toEqual(new Set([6]))
    weight.dispose()
  })
})
