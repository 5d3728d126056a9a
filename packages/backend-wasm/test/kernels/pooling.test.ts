import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { footprint, kernel, prepare, random, relativeError } from '../support/compare.js'
import { onlyLaunches } from '../support/launches.js'
import { litter } from '../support/litter.js'
import { differences, outSpace, pooling, type Sliding } from '../support/reference.js'

beforeAll(prepare)
beforeEach(litter)

const { NaN: nan, NEGATIVE_INFINITY: lowest } = Number

const windows: Sliding[] = [
  { size: [2, 2], strides: [2, 2], pad: 'valid' },
  { size: [2, 2], strides: [2, 2], pad: 'same' },
  { size: [2, 2], strides: [1, 1], pad: 'same' },
  { size: [2, 2], strides: [3, 3], pad: 'valid' },
  { size: [3, 3], strides: [2, 2], pad: 'same' },
  { size: [3, 3], strides: [1, 2], pad: 'valid' },
  { size: [1, 4], strides: [1, 4], pad: 'same' },
  { size: [4, 1], strides: [2, 1], pad: 'valid' },
  { size: [5, 7], strides: [5, 7], pad: 'same' },
  { size: [1, 1], strides: [2, 2], pad: 'same' },
]

const shapes = [
  [1, 6, 8, 1],
  [2, 5, 7, 3],
  [3, 6, 7, 4],
  [1, 5, 7, 5],
  [2, 7, 8, 9],
] as [number, number, number, number][]

const cases = shapes.flatMap((shape) => windows.map((window) => ({ shape, window })))

/** Values that all differ, in no order, most of them negative. */
function distinct(shape: readonly number[]): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape])
  const values = Float32Array.from({ length: size }, (_, i) => ((i * 7919) % size) / 64 - size / 80)
  return tf.tensor(values, [...shape])
}

function attributes({ size, strides, pad }: Sliding): tf.NamedAttrMap {
  return { filterSize: [...size], strides: [...strides], pad } as unknown as tf.NamedAttrMap
}

describe.each(cases)('$shape under $window', ({ shape, window }) => {
  const dyShape = [shape[0], ...outSpace(shape, window), shape[3]]

  it.each(['MaxPool', 'AvgPool'])('%s is as defined, one launch', (name) => {
    const x = distinct(shape)
    const before = footprint()
    const { result, launches } = onlyLaunches(() => kernel(name, { x }, attributes(window)))
    expect(launches).toBe(1)
    expect(result.shape).toEqual(dyShape)
    const kind = name === 'MaxPool' ? 'largest' : 'average'
    const expected = pooling(kind, x.dataSync(), shape, window)
    expect(relativeError(result.dataSync(), expected)).toBeLessThan(2e-7)
    result.dispose()
    expect(footprint()).toEqual(before)
  })

  it('MaxPoolGrad is the slope', () => {
    const input = distinct(shape)
    const dy = random(dyShape, 3)
    const { result, launches } = onlyLaunches(() =>
      kernel('MaxPoolGrad', { dy, input, output: dy }, attributes(window)),
    )
    const f = (x: Float64Array) => pooling('largest', x, shape, window)
    const expected = differences(f, input.dataSync(), dy.dataSync(), 1e-4)
    expect(launches).toBe(1)
    expect(relativeError(result.dataSync(), expected)).toBeLessThan(1e-6)
  })

  it('AvgPoolGrad is the slope of means over whole windows', () => {
    const input = distinct(shape)
    const dy = random(dyShape, 3)
    const { result } = onlyLaunches(() => kernel('AvgPoolGrad', { dy, input }, attributes(window)))
    const taps = window.size.reduce((a, b) => a * b, 1)
    const f = (x: Float64Array) => pooling('sum', x, shape, window).map((sum) => sum / taps)
    const expected = differences(f, input.dataSync(), dy.dataSync(), 1)
    expect(relativeError(result.dataSync(), expected)).toBeLessThan(1e-6)
  })
})

const solid: Sliding[] = [
  { size: [2, 2, 2], strides: [2, 2, 2], pad: 'valid' },
  { size: [1, 2, 2], strides: [1, 2, 2], pad: 'valid' },
  { size: [2, 3, 2], strides: [1, 2, 3], pad: 'same' },
  { size: [3, 2, 3], strides: [3, 1, 1], pad: 'valid' },
]

describe.each(solid)('a volume under $size by $strides, $pad', (window) => {
  const shape = [2, 5, 6, 4, 5]
  const dyShape = [2, ...outSpace(shape, window), 5]

  it('gives values and slopes, by launches alone', () => {
    const input = distinct(shape)
    const dy = random(dyShape, 3)
    const run = (name: string, inputs: Record<string, tf.Tensor>) =>
      onlyLaunches(() => kernel(name, inputs, attributes(window))).result.dataSync()
    const values = input.dataSync()
    const largest = (x: ArrayLike<number>) => pooling('largest', x, shape, window)
    const taps = window.size.reduce((a, b) => a * b, 1)
    const sums = (x: ArrayLike<number>) => pooling('sum', x, shape, window).map((sum) => sum / taps)
    const expectNear = (actual: ArrayLike<number>, expected: ArrayLike<number>) =>
      expect(relativeError(actual, expected)).toBeLessThan(1e-6)
    expectNear(run('MaxPool3D', { x: input }), largest(values))
    expectNear(run('AvgPool3D', { x: input }), pooling('average', values, shape, window))
    const slopes = (f: (x: ArrayLike<number>) => ArrayLike<number>, step: number) =>
      differences(f, values, dy.dataSync(), step)
    expectNear(run('MaxPool3DGrad', { dy, input, output: dy }), slopes(largest, 1e-4))
    expectNear(run('AvgPool3DGrad', { dy, input }), slopes(sums, 1))
  })
})

describe('ties and special values', () => {
  it.each([
    [1, 2, 2],
    [4, 2, 2],
    [5, 2, 1],
    [4, 3, 3],
  ])(
    'of %i channels: a window of %i by %i gives a tie to its first pixel',
    (channels, size, step) => {
      const input = tf.fill([1, 6, 6, channels], -7)
      const dy = tf.ones(
        kernel('MaxPool', { x: input }, { filterSize: size, strides: step, pad: 'valid' }).shape,
      )
      const dx = kernel(
        'MaxPoolGrad',
        { dy, input, output: dy },
        { filterSize: size, strides: step, pad: 'valid' },
      )
      const isFirst = (at: number) => at % step === 0 && at + size <= 6
      const expected = Array.from({ length: 36 * channels }, (_, i) => {
        const pixel = Math.floor(i / channels)
        return Number(isFirst(Math.floor(pixel / 6)) && isFirst(pixel % 6))
      })
      expect([...dx.dataSync()]).toEqual(expected)
    },
  )

  it.each([1, 4, 6])('of %i channels: NaN counts beside no number', (channels) => {
    const column = tf.tensor([nan, -3, nan, nan, lowest, nan, 2, nan], [1, 2, 4, 1])
    const x = tf.tile(column, [1, 1, 1, channels])
    const same = (values: number[]) => values.flatMap((value) => Array(channels).fill(value))
    const window = { filterSize: 2, strides: 2, pad: 'valid' }
    expect([...kernel('MaxPool', { x }, window).dataSync()]).toEqual(same([-3, 2]))
    const row = { ...window, filterSize: [1, 2], strides: [1, 2] }
    expect([...kernel('MaxPool', { x }, row).dataSync()]).toEqual(same([-3, nan, lowest, 2]))
    expect([...kernel('AvgPool', { x }, row).dataSync()]).toEqual(same([nan, nan, nan, nan]))
    const dy = tf.ones([1, 1, 2, channels])
    const dx = kernel('MaxPoolGrad', { dy, input: x, output: dy }, window)
    expect([...dx.dataSync()]).toEqual(same([0, 1, 0, 0, 0, 0, 1, 0]))
  })

  it('gives nothing for an empty batch', () => {
    const x = tf.zeros([0, 4, 4, 3])
    const window = { filterSize: 2, strides: 2, pad: 'valid' }
    expect(kernel('MaxPool', { x }, window).shape).toEqual([0, 2, 2, 3])
    expect(kernel('AvgPool', { x }, window).shape).toEqual([0, 2, 2, 3])
  })
})

it('a mean of 16384 values is right to 3e-6', () => {
  const x = tf.fill([1, 128, 128, 2], 0.1)
  const mean = kernel('AvgPool', { x }, { filterSize: 128, strides: 1, pad: 'valid' }).dataSync()
  for (const value of mean) expect(Math.abs(value / 0.1 - 1)).toBeLessThan(3e-6)
})
