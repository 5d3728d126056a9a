import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { installGradients, Trainer } from '../../src/index.js'
import { gradientCases } from './cases.js'
import { compared, distance } from './differences.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
  installGradients()
})

const known = gradientCases.filter(({ isWrongOnCpu }) => !isWrongOnCpu)

it.each(known)('$name: the gradient is the slope', (one) => {
  const before = tf.memory().numTensors
  for (const operand of compared(one)) expect(distance(operand)).toBeLessThan(0.02)
  expect(tf.memory().numTensors).toBe(before)
})

it('cumprod and prod have a gradient where values are 0', () => {
  const x = tf.tensor1d([2, 0, 3])
  const products = tf.grad((v: tf.Tensor) => tf.cumprod(v))(x)
  expect([...products.dataSync()]).toEqual([1, 8, 0])
  expect([
    ...tf
      .grad((v: tf.Tensor) => tf.prod(v))(x)
      .dataSync(),
  ]).toEqual([0, 6, 0])
})

it('the second derivative of an einsum is there', () => {
  const cube = (x: tf.Tensor) => tf.einsum('i,i->i', x, tf.mul(x, x))
  const second = tf.grad((x: tf.Tensor) => tf.sum(tf.grad(cube)(x)))(tf.tensor1d([1, 2]))
  expect([...second.dataSync()].map(Math.round)).toEqual([6, 12])
})

it('a trainer registers them again, after tfjs has registered its own', () => {
  const ours = tf.getGradient('Cumsum')
  tf.unregisterGradient('Cumsum')
  tf.registerGradient({ kernelName: 'Cumsum', gradFunc: () => ({}) })
  new Trainer().dispose()
  expect(tf.getGradient('Cumsum')).toBe(ours)
})
