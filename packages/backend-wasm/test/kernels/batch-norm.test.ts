import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { footprint, kernel, prepare, random, relativeError } from '../support/compare.js'
import { onlyLaunches } from '../support/launches.js'
import { litter } from '../support/litter.js'

beforeAll(prepare)
beforeEach(litter)

/** A positive variance with values far apart. */
function variances(shape: readonly number[]): tf.Tensor {
  return tf.tidy(() => tf.square(tf.mul(3, random(shape, 4))))
}

describe.each([
  { shape: [2, 3, 3, 1], channels: [1] },
  { shape: [2, 5, 3, 3], channels: [3] },
  { shape: [3, 4], channels: [4] },
  { shape: [4, 7, 5, 66], channels: [66] },
  { shape: [5, 1025], channels: [1025] },
  { shape: [700, 33], channels: [33] },
  { shape: [2, 3, 4, 5], channels: [2, 3, 4, 5] },
  { shape: [0, 3], channels: [3] },
])('$shape with moments of $channels', ({ shape, channels }) => {
  it.each([
    ['scale and offset', true, true],
    ['scale', true, false],
    ['offset', false, true],
    ['neither', false, false],
  ])('%s: as defined, by launches alone', (_, isScaled, isShifted) => {
    const [x, mean, variance] = [random(shape), random(channels, 2), variances(channels)]
    const scale = isScaled ? random(channels, 5) : undefined
    const offset = isShifted ? random(channels, 6) : undefined
    const inputs = { x, mean, variance, scale, offset } as Record<string, tf.Tensor>
    const epsilon = 1e-3
    const before = footprint()
    const { result } = onlyLaunches(() =>
      kernel('FusedBatchNorm', inputs, { varianceEpsilon: epsilon }),
    )
    const [xs, means, vars] = [x, mean, variance].map((one) => one.dataSync()) as Float32Array[]
    const [scales, offsets] = [scale?.dataSync(), offset?.dataSync()]
    const expected = Float64Array.from(xs as Float32Array, (value, i) => {
      const c = i % mean.size
      const deviation = Math.sqrt((vars?.[c] as number) + epsilon)
      return (
        ((value - (means?.[c] as number)) * (scales?.[c] ?? 1)) / deviation + (offsets?.[c] ?? 0)
      )
    })
    expect(result.shape).toEqual(shape)
    expect(relativeError(result.dataSync(), expected)).toBeLessThan(3e-7)
    result.dispose()
    expect(footprint()).toEqual(before)
  })
})

it('NaN stays in its channel', () => {
  const x = tf.tensor2d([
    [1, Number.NaN, 3],
    [4, 5, 6],
  ])
  const result = kernel(
    'FusedBatchNorm',
    { x, mean: tf.zeros([3]), variance: tf.ones([3]) },
    { varianceEpsilon: 0 },
  )
  expect([...result.dataSync()]).toEqual([1, Number.NaN, 3, 4, 5, 6])
})
