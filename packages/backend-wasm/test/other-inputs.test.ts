import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { footprint, kernel, prepare, random } from './support/compare.js'
import { litter } from './support/litter.js'

beforeAll(prepare)
beforeEach(litter)

const flags = (size: number, every: number) =>
  tf.tensor1d(
    Array.from({ length: size }, (_, i) => i % every === 0),
    'bool',
  )

/** Runs with tensors all around on the heap and expects that none of them has changed. */
function amongOthers<T>(run: () => T): T {
  const others = Array.from({ length: 40 }, (_, i) => tf.fill([i + 1], i))
  try {
    return run()
  } finally {
    others.forEach((other, i) => {
      expect([...other.dataSync()]).toEqual(Array(i + 1).fill(i))
    })
    tf.dispose(others)
  }
}

describe('bools', () => {
  it('where takes each from its place and writes nothing else', () => {
    const [condition, chosen, others] = [flags(40, 3), flags(40, 2), flags(40, 5)]
    const before = footprint()
    const result = amongOthers(() => tf.where(condition, chosen, others))
    expect([...result.dataSync()]).toEqual(
      Array.from({ length: 40 }, (_, i) => Number(i % 3 === 0 ? i % 2 === 0 : i % 5 === 0)),
    )
    result.dispose()
    expect(footprint()).toEqual(before)
  })

  it('where takes rows of bools for a condition of one per row', () => {
    const rows = tf.tensor2d([1, 0, 1, 0, 0, 1], [3, 2], 'bool')
    const condition = tf.tensor1d([1, 0, 1], 'bool')
    const result = kernel('Select', { condition, t: rows, e: tf.logicalNot(rows) })
    expect([...result.dataSync()]).toEqual([1, 0, 0, 1, 0, 1])
  })

  it('divNoNan of bools keeps the heap whole', () => {
    const rows = tf.reshape(flags(20, 2), [4, 5])
    const result = amongOthers(() => tf.divNoNan(rows, tf.reshape(flags(20, 3), [4, 5])))
    expect(result.dtype).toBe('bool')
    expect([...result.dataSync()].every((value) => value === 0 || value === 1)).toBe(true)
  })

  it.each([[[0]], [[1]], [[0, 1]]])('reverse along %s moves bytes, not words', (axes) => {
    const x = tf.reshape(flags(30, 4), [5, 6])
    const before = footprint()
    const result = amongOthers(() => tf.reverse(x, axes))
    expect(result.dtype).toBe('bool')
    const expected = tf.tidy(() => tf.reverse(tf.cast(x, 'int32'), axes).dataSync())
    expect([...result.dataSync()]).toEqual([...expected])
    result.dispose()
    expect(footprint()).toEqual(before)
  })

  it('any of nothing is false, all of nothing is true', () => {
    const x = tf.zeros([2, 0], 'bool')
    expect([...tf.any(x, 1).dataSync()]).toEqual([0, 0])
    expect([...tf.all(x, 1).dataSync()]).toEqual([1, 1])
  })
})

it.each([-1, -2] as const)('cumsum and cumprod count the axis %s from the end', (axis) => {
  const x = random([3, 4, 2])
  for (const scan of [tf.cumsum, tf.cumprod]) {
    const result = amongOthers(() => scan(x, axis))
    expect(result.shape).toEqual([3, 4, 2])
    expect([...result.dataSync()]).toEqual([...scan(x, axis + 3).dataSync()])
  }
})

it.each([
  ['float32', 0.9, 0.05, [0.05, 0.9, 0.05, 0.05]],
  ['int32', 5, -2, [-2, 5, -2, -2]],
  ['bool', 1, 0, [0, 1, 0, 0]],
] as const)('oneHot as %s', (dtype, on, off, expected) => {
  const result = amongOthers(() =>
    tf.oneHot(tf.tensor1d([1, 4, -1], 'int32'), 4, on, off, dtype as 'float32'),
  )
  expect([result.dtype, result.shape]).toEqual([dtype, [3, 4]])
  const values = [...result.dataSync()].map((value) => Number(value.toFixed(4)))
  expect(values).toEqual([...expected, ...Array(8).fill(off)])
})

it.each([true, false])(
  'maxPoolWithArgmax of negative values, batch in the index: %s',
  (isBatch) => {
    const x = tf.tensor4d([-5, -2, -3, -9, -1, -8, -7, -6], [2, 2, 2, 1])
    const before = footprint()
    const { result, indexes } = tf.maxPoolWithArgmax(x, 2, 1, 'same', isBatch) as Record<
      'result' | 'indexes',
      tf.Tensor
    >
    expect([...result.dataSync()]).toEqual([-2, -2, -3, -9, -1, -6, -6, -6])
    const second = isBatch ? 4 : 0
    const expected = [1, 1, 2, 3, 0 + second, 3 + second, 3 + second, 3 + second]
    expect([...indexes.dataSync()]).toEqual(expected)
    tf.dispose([result, indexes])
    expect(footprint()).toEqual(before)
  },
)

it('softmax of a scalar is refused; nothing would be written', () => {
  expect(() => tf.softmax(tf.scalar(1))).toThrow('softmax got a scalar')
})

describe('images', () => {
  const projections = [
    [1.03, 0.1, -2.2, 0.05, 0.9, -1.4, 0, 0],
    [1.2, -0.3, 3.1, 0.3, 0.9, 1.05, 0.01, 0.02],
  ]
  const modes = ['constant', 'reflect', 'wrap', 'nearest'] as const

  it.each(
    modes.flatMap((mode) => [
      [mode, 'bilinear', 1],
      [mode, 'bilinear', 2],
      [mode, 'nearest', 2],
    ]) as [(typeof modes)[number], 'bilinear' | 'nearest', number][],
  )(
    'transform, %s and %s with %i projections, equals the cpu backend image by image',
    async (...one) => {
      const [mode, interpolation, count] = one
      const run = (x: tf.Tensor4D, rows: number[][]) =>
        tf.image.transform(x, tf.tensor2d(rows), interpolation, mode, 0.5, [7, 8])
      const images = random([2, 5, 6, 3]) as tf.Tensor4D
      const halves = tf.split(images, 2)
      const values = halves.map((half) => half.dataSync())
      const result = [...run(images, projections.slice(0, count)).dataSync()]
      await tf.setBackend('cpu')
      const expected = values.flatMap((half, i) => [
        ...run(tf.tensor4d(half, [1, 5, 6, 3]), [
          projections[count === 1 ? 0 : i] as number[],
        ]).dataSync(),
      ])
      await tf.setBackend('wasm')
      // half a pixel apart float32 and float64 may round to different sides
      const isNear = (value: number, i: number) => Math.abs(value - (expected[i] as number)) < 1e-4
      expect(result.length).toBe(expected.length)
      expect(result.filter(isNear).length / result.length).toBeGreaterThan(0.95)
    },
  )

  it('rotateWithOffset fills with fractions', () => {
    const x = tf.ones<tf.Rank.R4>([2, 3, 4, 1])
    const fills = (fill: number) =>
      new Set(tf.image.rotateWithOffset(x, 0.7, fill, [0.2, 0.7]).dataSync())
    expect(fills(0.25)).toEqual(new Set([0.25, 1]))
    expect(fills(0)).toEqual(new Set([0, 1]))
  })
})
