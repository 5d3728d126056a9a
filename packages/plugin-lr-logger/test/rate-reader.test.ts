import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { RateReader } from '../src/rate-reader.js'

type Open = { learningRate: number }
const assign = (optimizer: tf.Optimizer, rate: number) => {
  ;(optimizer as unknown as Open).learningRate = rate
}

/** How far an optimizer moves a weight whose gradient is 1. */
function stepOf(optimizer: tf.Optimizer): number {
  const w = tf.variable(tf.scalar(0))
  optimizer.applyGradients({ [w.name]: tf.scalar(1) })
  const [moved = 0] = w.dataSync()
  w.dispose()
  return -moved
}

describe('the rate', () => {
  it.each([
    ['SGD', () => tf.train.sgd(0.1)],
    ['Momentum', () => tf.train.momentum(0.1, 0.9)],
    ['Adam', () => tf.train.adam(0.1)],
    ['Adamax', () => tf.train.adamax(0.1)],
    ['RMSProp', () => tf.train.rmsprop(0.1)],
    ['Adagrad', () => tf.train.adagrad(0.1)],
    ['Adadelta', () => tf.train.adadelta(0.1)],
  ])('of %s is the one that it was made with', (_, make) => {
    expect(new RateReader(make()).learningRate).toBe(0.1)
  })

  it.each([
    ['SGD', () => tf.train.sgd(0.25)],
    ['Momentum', () => tf.train.momentum(0.25, 0.9)],
  ])('of %s is not the one that was assigned, which it ignores', (_, make) => {
    const optimizer = make()
    const reader = new RateReader(optimizer)
    assign(optimizer, 7)
    expect(reader.learningRate).toBe(0.25)
    expect(stepOf(optimizer)).toBe(0.25)
    ;(optimizer as tf.SGDOptimizer).setLearningRate(0.5)
    expect(reader.learningRate).toBe(0.5)
    assign(optimizer, 7)
    expect(reader.learningRate).toBe(0.5)
  })

  it('of Adam is the one that was assigned', () => {
    const optimizer = tf.train.adam(0.1)
    const reader = new RateReader(optimizer)
    assign(optimizer, 0.3)
    expect(reader.learningRate).toBe(0.3)
  })

  it('of Adamax decays as its steps do', () => {
    const optimizer = tf.train.adamax(0.5, 0.9, 0.999, 1e-8, 1)
    const reader = new RateReader(optimizer)
    expect(reader.learningRate).toBe(0.5)
    expect(stepOf(optimizer)).toBeCloseTo(0.5, 5)
    expect(reader.learningRate).toBe(0.25)
  })

  it('of an optimizer that has none cannot be told', () => {
    const optimizer = { getClassName: () => 'Mine', learningRate: () => 1 }
    expect(new RateReader(optimizer as unknown as tf.Optimizer).learningRate).toBeUndefined()
  })
})

describe('momentum and weight decay', () => {
  it.each([
    ['SGD', () => tf.train.sgd(0.1), undefined],
    ['Momentum', () => tf.train.momentum(0.1, 0.8), 0.8],
    ['Adam', () => tf.train.adam(0.1, 0.7), 0.7],
    ['Adamax', () => tf.train.adamax(0.1, 0.6), 0.6],
    ['RMSProp', () => tf.train.rmsprop(0.1, 0.9, 0.5), 0.5],
    ['Adagrad', () => tf.train.adagrad(0.1), undefined],
    ['Adadelta', () => tf.train.adadelta(0.1), undefined],
  ])('of %s', (_, make, momentum) => {
    const reader = new RateReader(make())
    expect([reader.momentum, reader.weightDecay]).toEqual([momentum, 0])
  })

  it('of an optimizer with a decay of its own', () => {
    const optimizer = Object.assign(tf.train.adam(0.1), { weightDecay: 0.01 })
    expect(new RateReader(optimizer).weightDecay).toBe(0.01)
  })
})
