import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { type AutomaticModule, Trainer } from '../../src/index.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const make = {
  momentum: () => tf.train.momentum(0.1, 0.9),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(0.5),
  adam: () => tf.train.adam(0.1),
  adamax: () => tf.train.adamax(0.1),
  rmsprop: () => tf.train.rmsprop(0.1, 0.9, 0.5),
} as const
const kinds = Object.keys(make) as (keyof typeof make)[]

/** Three variables, two of the same shape; the gradient of each is its own number. */
function module(optimizer: tf.Optimizer | (() => tf.Optimizer)) {
  const variables = tf.tidy(() => ({
    first: tf.variable(tf.tensor1d([1, 1])),
    second: tf.variable(tf.tensor1d([2, 2])),
    third: tf.variable(tf.tensor2d([[3], [3]])),
  }))
  const trained: AutomaticModule<number> = {
    trainingStep: () =>
      tf.addN([
        tf.sum(tf.mul(variables.first, 1)),
        tf.sum(tf.mul(variables.second, 2)),
        tf.sum(tf.mul(variables.third, 3)),
      ]),
    variables: () => variables,
    configureOptimizers: () => (typeof optimizer === 'function' ? optimizer() : optimizer),
  }
  return { ...trained, named: variables }
}

/** Steps of one variable alone with an optimizer of its own: what no mix-up can touch. */
function alone(kind: keyof typeof make, start: number, gradient: number, steps: number): number {
  const variable = tf.tidy(() => tf.variable(tf.tensor1d([start])))
  const optimizer = make[kind]()
  for (let step = 0; step < steps; step++) {
    optimizer.minimize(() => tf.sum(tf.mul(variable, gradient)) as tf.Scalar, false, [variable])
  }
  return variable.dataSync()[0] as number
}

const steps = (maxSteps: number) => ({ maxSteps })
const train = [0, 1, 2, 3]

describe('the slots of an optimizer belong to variables, not to positions', () => {
  it.each(kinds)(
    '%s: a frozen variable between two fits neither throws nor mixes moments',
    async (kind) => {
      const optimizer = make[kind]()
      const { named, ...trained } = module(optimizer)
      await new Trainer(steps(3)).fit(trained, { train })
      named.first.trainable = false
      const frozen = named.first.dataSync()[0]
      await new Trainer(steps(2)).fit(trained, { train })
      expect(named.first.dataSync()[0]).toBe(frozen)
      named.first.trainable = true
      named.third.trainable = false
      await new Trainer(steps(2)).fit(trained, { train })
      // Adam and Adamax count steps for all variables at once; the others have nothing in common.
      if (kind !== 'adam' && kind !== 'adamax') {
        expect(named.first.dataSync()[0]).toBeCloseTo(alone(kind, 1, 1, 5), 6)
        expect(named.third.dataSync()[0]).toBeCloseTo(alone(kind, 3, 3, 5), 6)
      }
      expect(named.second.dataSync()[0]).toBeCloseTo(alone(kind, 2, 2, 7), 6)
      tf.dispose(Object.values(named))
    },
  )

  it.each(kinds)('%s: freezing in the middle of a fit does not either', async (kind) => {
    const { named, ...trained } = module(make[kind])
    const trainer = new Trainer(steps(6))
    trainer.hooks.batchEnd.tap('freeze', ({ step }) => {
      named.first.trainable = step < 2 || step >= 4
    })
    await trainer.fit(trained, { train })
    expect(named.second.dataSync()[0]).toBeCloseTo(alone(kind, 2, 2, 6), 6)
    expect(named.third.dataSync()[0]).toBeCloseTo(alone(kind, 3, 3, 6), 6)
    tf.dispose(Object.values(named))
  })

  it('a frozen variable is given to neither optimizer nor gradients taps', async () => {
    const { named, ...trained } = module(make.adam)
    named.second.trainable = false
    const trainer = new Trainer(steps(1))
    const seen: string[] = []
    trainer.hooks.gradients.tap(
      'test',
      (gradients) => void seen.push(...Object.keys(gradients ?? {})),
    )
    await trainer.fit(trained, { train })
    expect(seen).toEqual(['first', 'third'])
    const { tensors } = await trainer.snapshot()
    expect(Object.keys(tensors).filter((name) => name.includes('/second'))).toEqual([
      'module/second',
    ])
    tf.dispose(Object.values(named))
  })

  it('nothing that is trainable is an error', async () => {
    const { named, ...trained } = module(make.adam)
    for (const variable of Object.values(named)) variable.trainable = false
    const before = tf.memory().numTensors
    await expect(new Trainer(steps(1)).fit(trained, { train })).rejects.toThrow(
      /REG_OPTIMIZER_INVALID.*none of them is trainable/,
    )
    expect(tf.memory().numTensors).toBe(before)
    tf.dispose(Object.values(named))
  })
})

describe('the tensors of an optimizer', () => {
  it.each(kinds)('%s: made for a run are gone after it', async (kind) => {
    const { named, ...trained } = module(make[kind])
    const before = tf.memory().numTensors
    await new Trainer(steps(3)).fit(trained, { train })
    expect(tf.memory().numTensors).toBe(before)
    tf.dispose(Object.values(named))
  })

  it.each(kinds)('%s: kept by the module go on where they were in the next run', async (kind) => {
    let kept: tf.Optimizer | undefined
    const { named, ...trained } = module(() => {
      kept ??= make[kind]()
      return kept
    })
    const before = tf.memory().numTensors
    for (let run = 0; run < 3; run++) {
      await new Trainer(steps(2)).fit(trained, { train })
      expect(tf.memory().numTensors).toBe(before)
    }
    expect(named.second.dataSync()[0]).toBeCloseTo(alone(kind, 2, 2, 6), 6)
    tf.dispose(Object.values(named))
  })
})
