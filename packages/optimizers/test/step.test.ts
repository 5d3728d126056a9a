import { useWasm } from '@regimen/backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { adam, adamW, lamb, sgd } from '../src/index.js'

beforeAll(async () => {
  await useWasm()
})

const kinds = {
  sgd: () => sgd({ learningRate: 0.1, momentum: 0.9 }),
  adam: () => adam({ learningRate: 0.1 }),
  lamb: () => lamb({ learningRate: 0.1 }),
}

function footprint(): number[] {
  const { numTensors, numDataBuffers, numBytes } = tf.memory()
  return [numTensors, numDataBuffers, numBytes, tf.backend().numDataIds()]
}

describe.each(Object.entries(kinds))('%s on the wasm engine', (_, make) => {
  it('changes weights in place, and leaves a clone as it was', () => {
    const before = footprint()
    const w = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3])))
    const optimizer = make()
    const gradient = tf.tensor1d([1, -1, 0.5])
    optimizer.applyGradients({ [w.name]: gradient })
    const held = w.dataId
    optimizer.applyGradients({ [w.name]: gradient })
    expect(w.dataId).toBe(held)

    const values = [...w.dataSync()]
    const clone = w.clone()
    optimizer.applyGradients({ [w.name]: gradient })
    expect([...clone.dataSync()]).toEqual(values)
    expect([...w.dataSync()]).not.toEqual(values)
    tf.dispose([clone, gradient, w])
    optimizer.dispose()
    expect(footprint()).toEqual(before)
  })

  it('leaves the tensor that a variable was made from, and those that weights were set from', async () => {
    const before = footprint()
    const initial = tf.tensor1d([1, 2])
    const w = tf.variable(initial)
    const [optimizer, other] = [make(), make()]
    const gradient = tf.tensor1d([0.5, 0.25])
    optimizer.applyGradients({ [w.name]: gradient })
    expect([...initial.dataSync()]).toEqual([1, 2])

    const saved = await optimizer.getWeights()
    const slots = saved.map(({ tensor }) => [...tensor.dataSync()])
    await other.setWeights(saved)
    other.applyGradients({ [w.name]: gradient })
    expect(saved.map(({ tensor }) => [...tensor.dataSync()])).toEqual(slots)
    for (const { name, tensor } of saved)
      if (name === 'iter' || name.endsWith('/step')) tensor.dispose()
    tf.dispose([initial, w, gradient])
    optimizer.dispose()
    other.dispose()
    expect(footprint()).toEqual(before)
  })
})

it('a step of more variables than a launch has room for, in groups, is that of each by itself', () => {
  const before = footprint()
  const names = Array.from({ length: 200 }, (_, i) => `many/${i}`)
  const weights = names.map((name) => tf.tidy(() => tf.variable(tf.ones([3]), true, name)))
  const groups = [{ match: /[05]$/, learningRate: 0.5, weightDecay: 0 }]
  const [all, each] = [adamW({ groups }), adamW({ groups })]
  const take = (optimizer: tf.Optimizer, some: readonly string[]) =>
    tf.tidy(() =>
      optimizer.applyGradients(
        Object.fromEntries(some.map((name) => [name, tf.tensor1d([1, -2, name.length])])),
      ),
    )
  take(all, names)
  const found = weights.map((w) => [...w.dataSync()])
  tf.tidy(() => {
    for (const w of weights) w.assign(tf.ones([3]))
  })
  // The first step of an optimizer looks for all groups.
  take(each, names.slice(0, 10))
  for (const name of names.slice(10)) take(each, [name])
  expect(weights.map((w) => [...w.dataSync()])).toEqual(found)
  expect(new Set(found.map(String)).size).toBeGreaterThan(1)
  tf.dispose(weights)
  all.dispose()
  each.dispose()
  expect(footprint()).toEqual(before)
})
