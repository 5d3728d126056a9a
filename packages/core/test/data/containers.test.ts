import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import {
  disposeAll,
  forEachTensor,
  isIterable,
  isStrayPromise,
  isTensor,
  sizeOfBatch,
  sizesIn,
  valueAtHand,
} from '../../src/data/containers.js'
import { onCpu } from '../helpers/lab.js'

onCpu()

/** What a function gives of tensors, which are gone afterwards. */
const within = <Result>(call: () => Result): Result => {
  const { numTensors } = tf.memory()
  tf.engine().startScope()
  try {
    return call()
  } finally {
    tf.engine().endScope()
    expect(tf.memory().numTensors).toBe(numTensors)
  }
}

class Own {
  readonly rows = [1, 2]
}

describe('the size of a batch', () => {
  it.each<[string, () => unknown, readonly number[], number | undefined]>([
    ['a tensor', () => tf.zeros([3, 2]), [3], 3],
    ['an empty tensor', () => tf.zeros([0, 2]), [0], 0],
    ['a scalar', () => tf.scalar(1), [1], 1],
    ['a tuple', () => [tf.zeros([4, 2]), tf.zeros([4])], [4, 4], 4],
    ['an object', () => ({ xs: tf.zeros([5, 2]), extra: { ys: tf.zeros([5]) } }), [5, 5], 5],
    ['a typed array', () => new Float32Array(6), [6], 6],
    ['an empty typed array', () => new Uint8Array(0), [0], 0],
    ['a list of numbers', () => [1, 2, 3], [3], 3],
    ['a list of rows', () => [[1, 2]], [1], 1],
    ['an empty list', () => [], [], 1],
    ['an empty object', () => ({}), [], 1],
    ['a number', () => 5, [], 1],
    ['NaN', () => Number.NaN, [], 1],
    ['nothing', () => undefined, [], 1],
    ['null', () => null, [], 1],
    ['a string', () => 'text', [], undefined],
    ['an object of a class', () => new Own(), [], undefined],
    ['a Map', () => new Map([['a', [1, 2]]]), [], undefined],
  ])('%s', (_, batch, sizes, size) => {
    within(() => {
      expect(sizesIn(batch())).toEqual(sizes)
      expect(sizeOfBatch(batch())).toBe(size)
    })
  })

  it('is the first where they differ, with a warning', () => {
    const warnings: string[] = []
    const size = sizeOfBatch([new Float32Array(2), new Float32Array(3)], (text) =>
      warnings.push(text),
    )
    expect(size).toBe(2)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('2, 3')
    expect(sizeOfBatch([new Float32Array(2), [1, 2]], (text) => warnings.push(text))).toBe(2)
    expect(warnings).toHaveLength(1)
  })

  it('is not told by tensors that are disposed of', () => {
    const gone = tf.zeros([1])
    gone.dispose()
    expect(() => sizesIn({ xs: gone })).toThrow('REG_BATCH_DISPOSED')
  })
})

describe('the tensors in a container', () => {
  it('are found in lists, objects, maps and sets, each time that they are there', () => {
    within(() => {
      const [a, b, c, d] = [tf.scalar(0), tf.scalar(1), tf.scalar(2), tf.scalar(3)]
      const found: tf.Tensor[] = []
      const box = [a, { b, none: null, text: 'x' }, new Map([['c', [c]]]), new Set([d]), a]
      forEachTensor(box, (tensor) => found.push(tensor))
      expect(found).toEqual([a, b, c, d, a])
    })
  })

  it('are disposed of once, but for those to be kept', () => {
    within(() => {
      const [a, b, kept] = [tf.scalar(0), tf.scalar(1), tf.scalar(2)]
      disposeAll([a, a, { b, kept }], { inner: [kept] })
      expect([a, b, kept].map(({ isDisposed }) => isDisposed)).toEqual([true, true, false])
      disposeAll([a, b])
      disposeAll(undefined)
    })
  })
})

it('the value of a one-element tensor is at hand where tensor memory is host memory', () => {
  within(() => {
    for (const value of [0, -1.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(valueAtHand(tf.scalar(value))).toBe(value)
    expect(valueAtHand(tf.tensor([[7]], [1, 1], 'int32'))).toBe(7)
    expect(valueAtHand(tf.scalar(true))).toBe(1)
  })
})

it.each([
  ['a list', [], true],
  ['a Set', new Set(), true],
  ['an async generator', (async function* () {})(), true],
  ['a dataset', { iterator: () => undefined }, true],
  ['an object with another iterator', { iterator: 5 }, false],
  ['an object', {}, false],
  ['a string', 'abc', false],
  ['a function', () => [], false],
  ['null', null, false],
  ['nothing', undefined, false],
])('%s gives batches: %o', (_, value, gives) => {
  expect(isIterable(value)).toBe(gives)
})

it('tells tensors and promises from others', async () => {
  for (const value of [undefined, null, 0, {}, [], 'x', new Float32Array(1)]) {
    expect(isTensor(value)).toBe(false)
    expect(isStrayPromise(value)).toBe(false)
  }
  within(() => expect(isTensor(tf.scalar(0))).toBe(true))
  const caught: unknown[] = []
  expect(isStrayPromise(Promise.reject(5), (thrown) => caught.push(thrown))).toBe(true)
  await Promise.resolve()
  expect(caught).toEqual([5])
})
