import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { Trainer } from '../../src/index.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const START = [1, -2, 0.5]
const SLOPES = [0.5, 3, 20]
const [RATE, RHO, EPSILON, STEPS] = [0.5, 0.9, 1e-6, 20]

/** Algorithm 1 of ADADELTA (Zeiler 2012) for `sum(slope * w ** 2)`, a number at a time. */
function byHand(): number[] {
  return START.map((start, index) => {
    let [weight, square, change] = [start, 0, 0]
    for (let step = 0; step < STEPS; step++) {
      const gradient = 2 * (SLOPES[index] as number) * weight
      square = RHO * square + (1 - RHO) * gradient ** 2
      const update = (Math.sqrt(change + EPSILON) / Math.sqrt(square + EPSILON)) * gradient
      change = RHO * change + (1 - RHO) * update ** 2
      weight -= RATE * update
    }
    return weight
  })
}

class OwnAdadelta extends tf.AdadeltaOptimizer {}

describe('tf.train.adadelta', () => {
  it.each([
    ['as it is', () => tf.train.adadelta(RATE, RHO, EPSILON)],
    ['a class made from it', () => new OwnAdadelta(RATE, RHO, EPSILON)],
  ])('takes the steps of its paper in a trainer: %s', async (_, configureOptimizers) => {
    const before = tf.memory().numTensors
    const whole = tf.tidy(() => tf.variable(tf.tensor1d(START.slice(0, 2))))
    const single = tf.tidy(() => tf.variable(tf.tensor1d(START.slice(2))))
    const slopes = tf.tensor1d(SLOPES)
    const module = {
      trainingStep: () =>
        tf.sum(tf.mul(slopes, tf.square(tf.concat1d([whole, single] as never)))) as tf.Scalar,
      variables: () => ({ whole, single }),
      configureOptimizers,
    }
    const train = Array.from({ length: STEPS }, () => 0)
    await new Trainer({ maxEpochs: 1 }).fit(module, { train })
    const found = [...whole.dataSync(), ...single.dataSync()]
    for (const [index, weight] of byHand().entries()) expect(found[index]).toBeCloseTo(weight, 5)
    tf.dispose([whole, single, slopes])
    expect(tf.memory().numTensors).toBe(before)
  })
})
