import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectSameAsCpu, kernel, prepare, random } from './support/compare.js'

beforeAll(prepare)

const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'prelu', 'leakyrelu'] as const
const cases = activations.flatMap((activation) =>
  [false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) => ({ activation, transposeA, transposeB })),
  ),
)

describe.each(cases)('$activation of a product, $transposeA, $transposeB', (options) => {
  const { activation, transposeA, transposeB } = options

  it.each([
    { batch: [], bias: [5] },
    { batch: [], bias: [3, 5] },
    { batch: [], bias: [1] },
    { batch: [], bias: undefined },
    { batch: [2], bias: [5] },
    { batch: [5], bias: [1, 5] },
  ])('stack $batch, bias $bias, equals cpu', async ({ batch, bias }) => {
    await expectSameAsCpu(() =>
      tf.fused.matMul({
        a: random([...batch, ...(transposeA ? [4, 3] : [3, 4])], 1) as tf.Tensor2D,
        b: tf.mul(random([...batch, ...(transposeB ? [5, 4] : [4, 5])], 2), 6) as tf.Tensor2D,
        transposeA,
        transposeB,
        ...(bias && { bias: random(bias, 3) }),
        activation,
        ...(activation === 'prelu' && { preluActivationWeights: random([5], 4) }),
        leakyreluAlpha: 0.3,
      }),
    )
  })
})

// tiles of 6 and of 4 rows, whole and cut, by whole and cut panels of 8 columns
describe.each(cases)(
  '$activation of a product of many rows, $transposeA, $transposeB',
  (options) => {
    const { activation, transposeA, transposeB } = options

    it.each([
      [6, 8],
      [15, 11],
      [20, 16],
    ])('%i rows by %i columns equals cpu', async (rows, columns) => {
      await expectSameAsCpu(() =>
        tf.fused.matMul({
          a: random(transposeA ? [5, rows] : [rows, 5], 1) as tf.Tensor2D,
          b: tf.mul(random(transposeB ? [columns, 5] : [5, columns], 2), 6) as tf.Tensor2D,
          transposeA,
          transposeB,
          bias: random([columns], 3),
          activation,
          ...(activation === 'prelu' && { preluActivationWeights: random([columns], 4) }),
          leakyreluAlpha: 0.3,
        }),
      )
    })
  },
)

it('handles an empty inner dimension', async () => {
  await expectSameAsCpu(() =>
    tf.fused.matMul({ a: tf.zeros([3, 0]), b: tf.zeros([0, 2]), bias: tf.ones([2]) }),
  )
})

it('names the activations it has', () => {
  tf.tidy(() => {
    const inputs = { a: random([2, 2, 2]), b: random([2, 2, 2]) }
    expect(() => kernel('_FusedMatMul', inputs, { activation: 'gelu' })).toThrow(
      /"gelu".*linear, relu/,
    )
  })
})
