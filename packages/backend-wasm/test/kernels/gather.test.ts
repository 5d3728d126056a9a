import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { footprint, kernel, prepare, random, randomInt } from '../support/compare.js'
import { onlyLaunches } from '../support/launches.js'
import { litter } from '../support/litter.js'
import { valueAt, valuesOf } from '../support/places.js'

beforeAll(prepare)
beforeEach(litter)

const run = (name: string, inputs: Record<string, tf.Tensor>, attributes: object) =>
  onlyLaunches(() => kernel(name, inputs, attributes as tf.NamedAttrMap)).result

describe.each(['float32', 'int32', 'bool'] as const)('GatherV2 of %s', (dtype) => {
  it.each([
    [[7], [4], 0, 0],
    [[7, 3], [5], 0, 0],
    [[50, 64], [2, 31], 0, 0],
    [[3, 6, 2], [2, 2], 1, 0],
    [[3, 6, 5], [4], 2, 0],
    [[3, 6, 5], [3, 4], 1, 1],
    [[2, 3, 6, 5], [2, 4], 2, 1],
    [[4, 5], [0], 0, 0],
    [[4, 0], [3], 0, 0],
    [[900, 40], [400], 0, 0],
  ])('%j by indices %j along %d, %d batch axes', (shape, indexShape, axis, batchDims) => {
    const x = tf.cast(randomInt(shape, dtype === 'bool' ? 2 : 1000), dtype)
    const indices = randomInt(indexShape, shape[axis] as number, 3)
    const before = footprint()
    const y = run('GatherV2', { x, indices }, { axis, batchDims })
    const outShape = [
      ...shape.slice(0, axis),
      ...indexShape.slice(batchDims),
      ...shape.slice(axis + 1),
    ]
    const [values, picks] = [x.dataSync(), indices.dataSync()]
    const expected = valuesOf(outShape, (place) => {
      const kept = indexShape.length - batchDims
      const at = [...place.slice(0, batchDims), ...place.slice(axis, axis + kept)]
      const pick = valueAt(picks, indexShape, at)
      return valueAt(values, shape, [...place.slice(0, axis), pick, ...place.slice(axis + kept)])
    })
    expect([y.dtype, y.shape]).toEqual([dtype, outShape])
    expect([...y.dataSync()]).toEqual(expected)
    y.dispose()
    expect(footprint()).toEqual(before)
  })
})

it.each([-1, 4, 2 ** 31 - 1, -(2 ** 31)])('the index %d of an axis of 4 is refused', (index) => {
  const x = random([4, 3])
  const indices = tf.tensor1d([1, index, 2], 'int32')
  const before = footprint()
  expect(() => kernel('GatherV2', { x, indices }, { axis: 0, batchDims: 0 })).toThrow(
    `GatherV2: the index value ${index} is not in [0, 3]`,
  )
  expect(footprint()).toEqual(before)
  const inside = kernel('GatherV2', { x, indices: tf.tensor1d([1], 'int32') }, { axis: 0 })
  expect(inside.shape).toEqual([1, 3])
})

it('an index of an empty axis is refused', () => {
  const x = tf.zeros([0, 3])
  const indices = tf.tensor1d([0], 'int32')
  expect(() => kernel('GatherV2', { x, indices }, { axis: 0 })).toThrow(
    'GatherV2: the index value 0 is not in [0, -1]',
  )
})

describe.each(['float32', 'int32', 'bool'] as const)('OneHot as %s', (dtype) => {
  it.each([[1], [3], [64], [1000]])('of depth %d', (depth) => {
    const indices = tf.sub(randomInt([4, 31], depth + 2), tf.scalar(1, 'int32'))
    const values = indices.dataSync()
    const [onValue, offValue] = dtype === 'float32' ? [0.9, -0.25] : [1, 0]
    const y = run('OneHot', { indices }, { depth, onValue, offValue, dtype })
    expect([y.dtype, y.shape]).toEqual([dtype, [4, 31, depth]])
    const expected = valuesOf(y.shape, ([i, j, k]) =>
      valueAt(values, [4, 31], [i as number, j as number]) === k ? onValue : offValue,
    )
    expect([...y.dataSync()]).toEqual(
      dtype === 'float32' ? [...Float32Array.from(expected)] : expected,
    )
  })
})

describe('UnsortedSegmentSum', () => {
  it.each([
    [[5], 3],
    [[9, 5], 4],
    [[700, 64], 50],
    [[100, 1001], 2],
    [[40, 3, 2], 900],
    [[3, 4], 0],
  ])('of %j into %d adds rows in their order', (shape, numSegments) => {
    const x = random(shape)
    const ids = tf.sub(randomInt([shape[0] as number], numSegments + 2, 5), tf.scalar(1, 'int32'))
    const y = run('UnsortedSegmentSum', { x, segmentIds: ids }, { numSegments })
    const length = tf.util.sizeFromShape(shape.slice(1))
    const expected = new Float32Array(numSegments * length)
    const values = x.dataSync()
    ids.dataSync().forEach((id, row) => {
      if (id < 0 || id >= numSegments) return
      for (let i = 0; i < length; i++) {
        const to = id * length + i
        expected[to] = (expected[to] as number) + (values[row * length + i] as number)
      }
    })
    expect(y.shape).toEqual([numSegments, ...shape.slice(1)])
    expect(y.dataSync()).toEqual(expected)
  })
})

describe.each([
  [false, false],
  [true, false],
  [false, true],
  [true, true],
])('Cumsum, exclusive %j, reversed %j', (exclusive, reverse) => {
  it.each([
    [[7], 0],
    [[3, 5], 0],
    [[3, 5], 1],
    [[2, 3, 4], -2],
    [[100, 101], 1],
    [[0, 3], 0],
    [[3, 0], 1],
  ])('of %j along %d', (shape, axis) => {
    const along = axis < 0 ? axis + shape.length : axis
    for (const x of [random(shape), randomInt(shape, 9)]) {
      const values = x.dataSync()
      const y = run('Cumsum', { x }, { axis, exclusive, reverse })
      const expected = valuesOf(shape, (place) => {
        let sum = 0
        for (let at = 0; at < (shape[along] as number); at++) {
          const here = place[along] as number
          const counts = reverse ? at > here : at < here
          if (counts || (at === here && !exclusive)) {
            sum += valueAt(values, shape, place.with(along, at))
          }
        }
        return sum
      })
      expect([y.dtype, y.shape]).toEqual([x.dtype, shape])
      y.dataSync().forEach((value, i) => {
        expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-5)
      })
    }
  })
})
