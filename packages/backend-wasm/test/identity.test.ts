import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { expectSameAsCpu, footprint, prepare, random, randomInt } from './support/compare.js'

beforeAll(prepare)

it.each([[], [3], [2, 0], [4, 5, 6]])('equals cpu for shape %j', async (...shape) => {
  await expectSameAsCpu(() => [tf.clone(random(shape)), tf.clone(randomInt(shape, 5))])
})

it('shares the values and outlives its source', () => {
  const before = footprint()
  const source = tf.tensor1d([1, 2, 3])
  const copy = tf.clone(source)
  expect(footprint().entries).toBe(before.entries + 1)
  source.dispose()
  const other = tf.zeros([3])
  expect([...copy.dataSync()]).toEqual([1, 2, 3])
  tf.dispose([copy, other])
  expect(footprint()).toEqual(before)
})

it('keeps what it saw when the variable is assigned', () => {
  const weight = tf.variable(tf.ones([2]))
  const copy = tf.clone(weight)
  const next = tf.zeros([2])
  weight.assign(next)
  expect([...copy.dataSync()]).toEqual([1, 1])
  tf.dispose([weight, copy, next])
})

it('copies strings', () => {
  tf.tidy(() => {
    expect(tf.clone(tf.tensor1d(['a', 'b'], 'string')).dataSync()).toEqual(['a', 'b'])
  })
})
