import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { clipByNorm, clipByValue, globalNorm } from '../src/clip-gradients.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

/** Runs a clip on `w` [n] and `b` (a scalar, the last number). @returns all elements */
function clipped(
  elements: number[],
  clip: (gradients: tf.NamedTensorMap) => tf.NamedTensorMap,
): number[] {
  return tf.tidy(() => {
    const w = tf.tensor1d(elements.slice(0, -1))
    const result = clip({ w, b: tf.scalar(elements.at(-1) ?? 0) })
    expect(Object.keys(result)).toEqual(['w', 'b'])
    expect(result.b?.shape).toEqual([])
    return Object.values(result).flatMap((tensor) => [...tensor.dataSync()])
  })
}

describe('the global norm', () => {
  it.each([
    [[3, 4, 0], 5],
    [[1, 2, 2], 3],
    [[-2, -3, 6], 7],
    [[0, 0, 0], 0],
    [[1, Number.NaN, 0], Number.NaN],
  ])('of %o is %f', (elements, norm) => {
    const found = tf.tidy(() => {
      const [w = 0, v = 0, b = 0] = elements
      return globalNorm(tf, { w: tf.tensor2d([[w], [v]]), b: tf.scalar(b) }).dataSync()[0]
    })
    expect(found).toBe(norm)
  })
})

// torch 2.13: nn.utils.clip_grad_norm_ and clip_grad_value_ on the same numbers.
describe('a clip by norm', () => {
  it.each([
    ['above the limit', [3, 4, 12], 1, [0.2307692, 0.3076923, 0.9230768]],
    ['below the limit', [3, 4, 12], 14, [3, 4, 12]],
    ['with NaN', [1, 2, Number.NaN], 1, [Number.NaN, Number.NaN, Number.NaN]],
    ['with infinity', [1, Number.POSITIVE_INFINITY, -2], 1, [0, Number.NaN, -0]],
  ])('of gradients %s', (_, elements, limit, expected) => {
    const result = clipped(elements, (all) => clipByNorm(tf, all, globalNorm(tf, all), limit))
    expect(result).toEqual(expected.map(close))
  })
})

describe('a clip by value', () => {
  it.each([
    ['above and below', [0.25, -3, 7], 0.5, [0.25, -0.5, 0.5]],
    ['with NaN', [9, Number.NaN, 0.5], 1, [1, Number.NaN, 0.5]],
    ['with infinities', [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0], 2, [2, -2, 0]],
  ])('of gradients %s', (_, elements, limit, expected) => {
    expect(clipped(elements, (all) => clipByValue(tf, all, limit))).toEqual(expected)
  })
})

function close(value: number): unknown {
  return value === 0 || Number.isNaN(value) ? value : expect.closeTo(value, 6)
}
