import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { expect } from 'vitest'
import oracle from './oracle.json' with { type: 'json' }
import type { Outcomes } from './outcomes.js'

/** The same optimizers as in oracle.py. */
const optimizers: Readonly<Record<keyof typeof oracle.optimizers, () => tf.Optimizer>> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.05, 0.9),
  'momentum, nesterov': () => tf.train.momentum(0.05, 0.9, true),
  adam: () => tf.train.adam(0.1, 0.8, 0.95, 1e-8),
  adamax: () => tf.train.adamax(0.1, 0.8, 0.95, 1e-8),
  adagrad: () => tf.train.adagrad(0.1, 0.1),
  adadelta: () => tf.train.adadelta(0.5, 0.9, 1e-6),
  rmsprop: () => tf.train.rmsprop(0.05, 0.9, 0, 1e-12),
  'rmsprop, momentum': () => tf.train.rmsprop(0.05, 0.9, 0.5, 1e-12),
  'rmsprop, centered': () => tf.train.rmsprop(0.05, 0.9, 0, 1e-12, true),
}

/** Compares five steps of each optimizer with torch.optim. */
export function tryOptimizers(backend: string, outcomes: Outcomes): void {
  const tried = new Set(Object.keys(optimizers).map((name) => name.split(',')[0]))
  expect([...tried].sort()).toEqual(Object.keys(tf.train).sort())
  for (const [key, make] of Object.entries(optimizers)) {
    const expected = oracle.optimizers[key as keyof typeof oracle.optimizers]
    const weights = stepped(make())
    const largest = Math.max(...weights.map((weight, i) => Math.abs(weight - (expected[i] ?? 0))))
    const [name = '', as = ''] = key.split(', ')
    expect(largest, `${key} gives ${weights}`).toBeLessThan(2e-5)
    outcomes.add('optimizers', `tf.train.${name}`, as, backend, { isRight: true })
  }
  for (const name of ['sgd', 'adam', 'adamax', 'adagrad', 'adadelta', 'rmsprop']) {
    const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 1, inputShape: [1] })] })
    model.compile({ loss: 'meanSquaredError', optimizer: name })
    expect(model.optimizer.getClassName().toLowerCase()).toBe(name)
    model.dispose()
    outcomes.add('optimizers', `'${name}'`, 'by name', backend, { isRight: true })
  }
}

function stepped(optimizer: tf.Optimizer): number[] {
  const w = tf.variable(tf.tensor1d([1, -2, 0.5, 3]))
  const loss = () =>
    tf.tidy(() => {
      const distance = tf.square(tf.sub(w, tf.tensor1d([0, 1, -1, 2])))
      const pull = tf.mul(tf.tensor1d([0.5, 0.05, 5, 1]), distance)
      return tf.add(tf.sum(pull), tf.sum(tf.sin(w))) as tf.Scalar
    })
  for (let step = 0; step < 5; step++) optimizer.minimize(loss, false, [w])
  const values = [...w.dataSync()]
  optimizer.dispose()
  w.dispose()
  return values
}
