import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { adagrad, adam, adamW, lamb, lion, rmsprop, sgd } from '../src/index.js'
import { elementOf, onCpu, ones, step } from './helpers/tensors.js'

onCpu()

describe('an optimizer', () => {
  it('is one of tfjs: minimize trains', () => {
    const { w } = ones('w')
    const optimizer = adam({ learningRate: 0.1 })
    expect(optimizer).toBeInstanceOf(tf.Optimizer)
    const loss = () => tf.sum(tf.square(w)) as tf.Scalar
    for (let i = 0; i < 100; i++) optimizer.minimize(loss, false, [w])
    expect(Math.abs(elementOf(w))).toBeLessThan(0.05)
    expect(optimizer.iterations).toBe(100)
    optimizer.dispose()
    w.dispose()
  })

  it.each([
    [
      sgd({ momentum: 0.5 }),
      'SGD',
      { learningRate: 1e-3, momentum: 0.5, dampening: 0, weightDecay: 0, nesterov: false },
    ],
    [
      adam(),
      'Adam',
      {
        learningRate: 1e-3,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        weightDecay: 0,
        amsgrad: false,
      },
    ],
    [adamW({ learningRate: (at) => at + 1 }), 'AdamW', { learningRate: 1, weightDecay: 0.01 }],
    [rmsprop(), 'RMSProp', { learningRate: 0.01, alpha: 0.99, centered: false }],
    [adagrad(), 'Adagrad', { learningRate: 0.01, learningRateDecay: 0, initialAccumulator: 0 }],
    [lion(), 'Lion', { learningRate: 1e-4, beta1: 0.9, beta2: 0.99, weightDecay: 0 }],
    [lamb(), 'LAMB', { learningRate: 1e-3, epsilon: 1e-6 }],
  ])('%# has the name and config of its kind', (optimizer, name, config) => {
    expect(optimizer.getClassName()).toBe(name)
    expect(optimizer.getConfig()).toMatchObject(config)
  })
})

describe('schedules', () => {
  it('are functions of the step, for every hyperparameter', () => {
    const { w } = ones('w')
    const optimizer = sgd({ learningRate: (at) => 0.1 / (at + 1), weightDecay: (at) => at })
    expect([optimizer.learningRate, optimizer.hasScheduledRate]).toEqual([0.1, true])
    step(optimizer, 'w')
    expect(elementOf(w)).toBeCloseTo(0.9, 6)
    expect([optimizer.learningRate, optimizer.weightDecay]).toEqual([0.05, 1])
    step(optimizer, 'w')
    expect(elementOf(w)).toBeCloseTo(0.9 - 0.05 * (1 + 0.9), 6)
    w.dispose()
  })

  it('may begin momentum late: the first step with it is the gradient, as in PyTorch', () => {
    const { w } = ones('w')
    const optimizer = sgd({
      learningRate: 0.1,
      momentum: (at) => (at < 1 ? 0 : 0.9),
      dampening: 0.5,
    })
    step(optimizer, 'w')
    expect(optimizer.slots.get('w')).toEqual({})
    step(optimizer, 'w')
    expect(elementOf(w)).toBeCloseTo(0.8, 6)
    step(optimizer, 'w')
    expect(elementOf(w)).toBeCloseTo(0.8 - 0.1 * (0.9 + 0.5), 6)
    optimizer.dispose()
    w.dispose()
  })

  it('that give no number are refused, and nothing has changed', () => {
    const { w, v } = ones('w', 'v')
    const optimizer = adam({
      groups: [{ match: 'v', beta1: (at) => (at === 1 ? Number.NaN : 0.5) }],
    })
    step(optimizer, 'w', 'v')
    const before = elementOf(w)
    expect(() => step(optimizer, 'w', 'v')).toThrow(
      'adam: "beta1" is NaN at step 1; expected a number',
    )
    expect([elementOf(w), optimizer.iterations]).toEqual([before, 1])
    optimizer.dispose()
    tf.dispose([w, v])
  })

  it('are replaced by a number that is set', () => {
    const optimizer = adam({ learningRate: () => 0.1 })
    optimizer.learningRate = 0.2
    optimizer.beta1 = 0.5
    expect([optimizer.learningRate, optimizer.hasScheduledRate, optimizer.beta1]).toEqual([
      0.2,
      false,
      0.5,
    ])
    expect(() => {
      optimizer.learningRate = Number.NaN
    }).toThrow('adam: "learningRate" is NaN')
  })
})

describe('groups', () => {
  it('have rates and decays of their own in one step', () => {
    const weights = ones('head/w', 'body/w', 'body/bias')
    const optimizer = sgd({
      learningRate: 0.1,
      weightDecay: 1,
      groups: [
        { match: 'head/*', learningRate: 0.5 },
        { match: /bias/, weightDecay: 0 },
      ],
    })
    step(optimizer, 'head/w', 'body/w', 'body/bias')
    expect(Object.values(weights).map(elementOf)).toEqual([
      0,
      expect.closeTo(0.8, 6),
      expect.closeTo(0.9, 6),
    ])
    tf.dispose(weights)
  })

  it('that match nothing are refused in the first step', () => {
    const { w } = ones('w')
    const optimizer = adam({ groups: [{ match: 'ww' }] })
    expect(() => step(optimizer, 'w')).toThrow(
      /"groups\[0\]\.match" is "ww", .* Did you mean "w"\?/,
    )
    w.dispose()
  })
})

describe('gradients', () => {
  it('of some variables leave the others, and their steps, alone', () => {
    const { w, v } = ones('w', 'v')
    const alone = ones('x')
    const [optimizer, other] = [adam(), adam()]
    step(optimizer, 'w', 'v')
    step(optimizer, 'w')
    step(optimizer, 'v', 'w')
    for (let i = 0; i < 2; i++) step(other, 'x')
    expect(elementOf(v)).toBe(elementOf(alone.x))
    expect(elementOf(w)).toBeLessThan(elementOf(v))
    optimizer.dispose()
    other.dispose()
    tf.dispose([w, v, alone.x])
  })

  it.each([
    [
      'a name that no variable has',
      { nobody: [1] },
      'there is a gradient for "nobody", which is no variable',
    ],
    ['another shape', { w: [1, 2] }, 'the gradient of "w" is float32 [2]; expected float32 [1]'],
  ])('of %s are refused', (_, given, text) => {
    const { w } = ones('w')
    tf.tidy(() => {
      const gradients = Object.entries(given).map(([name, list]) => [name, tf.tensor1d(list)])
      expect(() => adam().applyGradients(Object.fromEntries(gradients))).toThrow(`adam: ${text}`)
    })
    expect(elementOf(w)).toBe(1)
    w.dispose()
  })

  it('of another dtype, or two of one variable, are refused; none is skipped', () => {
    const { w, v } = ones('w', 'v')
    const optimizer = sgd({ learningRate: 1 })
    tf.tidy(() => {
      const integers = tf.ones([1], 'int32')
      expect(() => optimizer.applyGradients({ w: integers })).toThrow(
        'is int32 [1]; expected float32',
      )
      const tensor = tf.ones([1])
      const twice = [
        { name: 'w', tensor },
        { name: 'w', tensor },
      ]
      expect(() => optimizer.applyGradients(twice)).toThrow('there are two gradients for "w"')
      optimizer.applyGradients([
        { name: 'w', tensor },
        { name: 'v', tensor: null as never },
      ])
    })
    expect([elementOf(w), elementOf(v)]).toEqual([0, 1])
    tf.dispose([w, v])
  })
})

describe('state', () => {
  it('is by variable name, and continues to the bit in another optimizer', async () => {
    const { w, v } = ones('w', 'v')
    const make = () => adam({ learningRate: 0.1, amsgrad: true, weightDecay: 0.1 })
    const [whole, half, rest] = [make(), make(), make()]
    for (let i = 0; i < 3; i++) step(half, 'w', 'v')
    step(half, 'w')
    const saved = await half.getWeights()
    expect(saved.map(({ name }) => name)).toEqual([
      'iter',
      ...['w/m', 'w/v', 'w/vhat', 'w/step'],
      ...['v/m', 'v/v', 'v/vhat', 'v/step'],
    ])
    const values = [elementOf(w), elementOf(v)]
    const moved = ones('w2', 'v2')
    tf.tidy(() => {
      moved.w2.assign(tf.tensor1d([values[0] ?? 0]))
      moved.v2.assign(tf.tensor1d([values[1] ?? 0]))
    })
    await rest.setWeights(
      saved.map(({ name, tensor }) => ({ name: name.replace(/^([wv])\//, '$12/'), tensor })),
    )
    expect(rest.iterations).toBe(4)
    for (const slot of saved.filter(({ name }) => name === 'iter' || name.endsWith('step')))
      slot.tensor.dispose()
    step(half, 'w', 'v')
    step(rest, 'w2', 'v2')
    expect([elementOf(moved.w2), elementOf(moved.v2)]).toEqual([elementOf(w), elementOf(v)])
    for (const one of [whole, half, rest]) one.dispose()
    tf.dispose([w, v, ...Object.values(moved)])
  })

  it("takes what tfjs' Adam has saved", async () => {
    const { w } = ones('w')
    const old = tf.train.adam(0.1)
    for (let i = 0; i < 5; i++) step(old, 'w')
    const value = elementOf(w)
    const optimizer = adam({ learningRate: 0.1, epsilon: 1e-7 })
    const saved = await old.getWeights()
    await optimizer.setWeights(saved)
    step(old, 'w')
    const expected = elementOf(w)
    tf.tidy(() => w.assign(tf.tensor1d([value])))
    step(optimizer, 'w')
    expect(elementOf(w)).toBeCloseTo(expected, 5)
    saved[0]?.tensor.dispose()
    old.dispose()
    optimizer.dispose()
    w.dispose()
  })

  it('of another shape, or none at all, is refused', async () => {
    const { w } = ones('w')
    const optimizer = adam()
    const weights = [
      { name: 'iter', tensor: tf.scalar(1, 'int32') },
      { name: 'w/m', tensor: tf.ones([2]) },
    ]
    await optimizer.setWeights(weights)
    expect(() => step(optimizer, 'w')).toThrow(
      'adam: the slot "w/m" has the shape [2]; expected [1]',
    )
    await expect(optimizer.setWeights([])).rejects.toThrow('adam: "weights" is []')
    const odd = [weights[0], { name: 'm', tensor: weights[1]?.tensor }] as never
    await expect(optimizer.setWeights(odd)).rejects.toThrow('the weight "m" is not known')
    optimizer.dispose()
    tf.dispose([w, ...weights.map(({ tensor }) => tensor)])
  })
})
