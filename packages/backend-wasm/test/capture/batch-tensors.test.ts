import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, describe, expect, it } from 'vitest'
import { batchTensors } from '../../src/capture/batch-tensors.js'

const [a, b] = [tf.zeros([2, 3]), tf.zeros([2, 3])]
const whole = tf.zeros([2, 3], 'int32')
const alias = tf.reshape(a, [3, 2])
afterAll(() => tf.dispose([a, b, whole, alias]))

it('finds tensors in the order of the structure', () => {
  const { tensors, isForeign } = batchTensors({ x: [a, { z: whole }], y: b, name: 'x', n: 3 })
  expect(tensors).toEqual([a, whole, b])
  expect(isForeign).toBe(false)
})

const other = tf.zeros([2, 3])
afterAll(() => other.dispose())

describe('batches with one key', () => {
  it.each<[string, unknown, unknown]>([
    ['other tensors of the same shape', { x: a, y: b }, { x: b, y: other }],
    ['equal values', [a, 1, 'x', null, undefined, true], [b, 1, 'x', null, undefined, true]],
    ['an object without a prototype', { x: a }, Object.assign(Object.create(null), { x: b })],
    ['NaN', [Number.NaN], [Number.NaN]],
  ])('%s', (_, left, right) => {
    expect(batchTensors(left).key).toBe(batchTensors(right).key)
  })
})

describe('batches with two keys', () => {
  it.each<[string, unknown, unknown]>([
    ['another shape', a, alias],
    ['another dtype', a, whole],
    ['another name', { x: a }, { y: a }],
    ['a list and a list in a list', [a, b], [[a, b]]],
    ['another number of tensors', [a], [a, b]],
    ['one tensor twice and two tensors', { x: a, y: a }, { x: a, y: b }],
    ['a view of a tensor and another tensor', [a, alias], [b, alias]],
    ['a number and its text', [1], ['1']],
    ['null and undefined', [null], [undefined]],
    ['other plain values', { x: a, n: 1 }, { x: a, n: 2 }],
    ['0 and -0', [0], [-0]],
    ['a number and a whole number of any size', [1], [1n]],
    ['a text with a separator', ['a,b'], ['a', 'b']],
  ])('%s', (_, left, right) => {
    expect(batchTensors(left).key).not.toBe(batchTensors(right).key)
  })
})

it.each<[string, unknown]>([
  ['a typed array', new Float32Array(2)],
  ['an object of a class', new Date(0)],
  ['a map', new Map()],
  ['a function', () => 1],
  ['a symbol', Symbol('x')],
])('%s is foreign, also deep inside', (_, value) => {
  expect(batchTensors(value).isForeign).toBe(true)
  expect(batchTensors({ x: [a, { value }] }).isForeign).toBe(true)
})

it('a text with the sign of foreign values is none', () => {
  expect(batchTensors(['\u0000', { '\u0000': 1 }]).isForeign).toBe(false)
})
