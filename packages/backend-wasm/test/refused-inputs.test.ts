import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { footprint, prepare } from './support/compare.js'
import { litter } from './support/litter.js'

beforeAll(prepare)
beforeEach(litter)

const words = (...values: string[]) => tf.tensor1d(values, 'string')
const places = (values: number[], shape: [number, number] = [values.length, 1]) =>
  tf.tensor2d(values, shape, 'int32')

const outside: Record<string, () => unknown> = {
  gatherND: () => tf.gatherND(tf.tensor1d([1, 2]), places([9])),
  'gatherND of the second axis': () => tf.gatherND(tf.zeros([3, 2]), places([0, 2], [1, 2])),
  'gatherND, negative': () => tf.gatherND(tf.tensor1d([1, 2]), places([-1])),
  scatterND: () => tf.scatterND(places([4]), tf.tensor1d([1]), [4]),
  tensorScatterUpdate: () => tf.tensorScatterUpdate(tf.zeros([3]), places([7]), tf.tensor1d([1])),
  sparseToDense: () =>
    tf.sparseToDense(tf.tensor1d([0, 3], 'int32'), tf.tensor1d([1, 2]), [3], tf.scalar(0)),
  'sparseToDense of rank 2': () =>
    tf.sparseToDense(places([0, 5], [1, 2]), tf.tensor1d([1]), [3, 4], tf.scalar(0)),
  cropAndResize: () =>
    tf.image.cropAndResize(
      tf.ones([1, 2, 2, 1]),
      tf.tensor2d([[0, 0, 1, 1]]),
      tf.tensor1d([1], 'int32'),
      [1, 1],
    ),
}

describe('an index outside', () => {
  it.each(Object.entries(outside))('%s is refused, and no memory is read or written', (_, run) => {
    const before = footprint()
    expect(() => tf.tidy(() => run() as tf.Tensor)).toThrow(/got the index -?\d+ for an axis of \d/)
    expect(footprint()).toEqual(before)
  })

  it('those inside are taken, of zero-dimensional rows too', () => {
    expect([...tf.gatherND(tf.tensor1d([5, 6]), places([1, 0])).dataSync()]).toEqual([6, 5])
    const dense = tf.sparseToDense(tf.scalar(2, 'int32'), tf.scalar(7), [4], tf.scalar(1))
    expect([...dense.dataSync()]).toEqual([1, 1, 7, 1])
  })

  it('a negative number is not counted', () => {
    const x = tf.tensor1d([-1, 1], 'int32')
    expect(() => tf.bincount(x, tf.tensor1d([]), 3)).toThrow('bincount got -1')
  })
})

describe('strings', () => {
  const operations: Record<string, () => tf.Tensor> = {
    Equal: () => tf.equal(words('a'), words('a')),
    NotEqual: () => tf.notEqual(words('a'), words('a')),
    Less: () => tf.less(words('a'), words('b')),
    LessEqual: () => tf.lessEqual(words('a'), words('b')),
    Greater: () => tf.greater(words('a'), words('b')),
    GreaterEqual: () => tf.greaterEqual(words('a'), words('b')),
    Tile: () => tf.tile(words('a'), [2]),
    GatherNd: () => tf.gatherND(words('a', 'b'), places([1])),
    StridedSlice: () => tf.stridedSlice(words('a', 'b', 'c'), [0], [3], [2]),
  }

  it.each(Object.entries(operations))('%s refuses them; nothing would be written', (name, run) => {
    expect(run).toThrow(`${name} got strings`)
    expect([...tf.add(tf.tensor1d([1]), 1).dataSync()]).toEqual([2])
  })
})

it('depthwiseConv2d refuses channels first, which tfjs computes as channels last', () => {
  const [x, filter] = [tf.ones<tf.Rank.R4>([1, 2, 4, 4]), tf.ones<tf.Rank.R4>([2, 2, 2, 1])]
  expect(() => tf.depthwiseConv2d(x, filter, 1, 'same', 'NCHW')).toThrow('data format "NCHW"')
})

describe('dtypes beside each other', () => {
  it('where takes an int32 beside a float32 for what it is', () => {
    const condition = tf.tensor1d([1, 0], 'bool')
    const result = tf.where(condition, tf.tensor1d([1, 2], 'int32'), tf.tensor1d([1.5, 2.5]))
    expect([result.dtype, ...result.dataSync()]).toEqual(['float32', 1, 2.5])
  })

  it('prelu takes whole numbers for alpha', () => {
    const result = tf.prelu(tf.tensor1d([-5, 2], 'int32'), tf.tensor1d([2], 'int32'))
    expect([...result.dataSync()]).toEqual([-10, 2])
  })

  it('maxPool3d takes whole numbers', () => {
    const x = tf.tensor5d([-5, 2, 3, -9], [1, 1, 2, 2, 1], 'int32')
    expect([...tf.maxPool3d(x, [1, 2, 2], 1, 'valid').dataSync()]).toEqual([3])
  })
})

it('windows in the padding have no largest value and no mean', () => {
  const { NaN: nan, NEGATIVE_INFINITY: lowest } = Number
  const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1])
  const largest = tf.maxPool(x, 2, 2, 2)
  expect(largest.shape).toEqual([1, 3, 3, 1])
  const around = (middle: number, none: number) => [
    ...Array(4).fill(none),
    middle,
    ...Array(4).fill(none),
  ]
  expect([...largest.dataSync()]).toEqual(around(4, lowest))
  expect([...tf.avgPool(x, 2, 2, 2).dataSync()]).toEqual(around(2.5, nan))
})

it('a window of one pixel takes every second one', () => {
  const x = tf.reshape(tf.range(0, 16), [1, 4, 4, 1]) as tf.Tensor4D
  expect([...tf.maxPool(x, 1, 2, 'valid').dataSync()]).toEqual([0, 2, 8, 10])
  expect([...tf.avgPool(x, 1, 2, 'valid').dataSync()]).toEqual([0, 2, 8, 10])
})
