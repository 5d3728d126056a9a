import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { map, prefetch } from '../../src/index.js'

let before = 0
beforeEach(() => {
  before = tf.memory().numTensors
})
afterEach(() => expect(tf.memory().numTensors).toBe(before))

test('an array keeps its batches, also where the result shares their tensors', async () => {
  const kept = [tf.scalar(1), tf.scalar(2)]
  for await (const { x } of map(kept, (x) => ({ x, twice: x }))) x.dispose()
  expect(kept.map((tensor) => tensor.isDisposed)).toEqual([false, false])
  tf.dispose(kept)
})

test('a constant that a function returns stays alive', async () => {
  const constant = tf.scalar(3)
  function* source() {
    yield tf.scalar(1)
    yield tf.scalar(2)
  }
  for await (const made of map(source, (x) => ({ x, constant }))) tf.dispose(made)
  expect(constant.isDisposed).toBe(false)
  constant.dispose()
})

test('an error of the source comes at its batch, and what was made ahead is disposed of', async () => {
  async function* source() {
    yield tf.scalar(0)
    yield tf.scalar(1)
    throw new Error('the third batch fails')
  }
  const iterator = prefetch(source, 3)[Symbol.asyncIterator]()
  const first = await iterator.next()
  const second = await iterator.next()
  tf.dispose([first.value, second.value])
  await expect(iterator.next()).rejects.toThrow('the third batch fails')
  expect(await iterator.next()).toEqual({ done: true, value: undefined })
})
