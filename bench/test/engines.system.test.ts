import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { exchangeableWasm, useEngine } from '../src/engines.js'
import { handLoop } from '../src/hand-loop.js'
import { layersFit } from '../src/layers-fit.js'
import { createBatches, createNet, linear } from '../src/nets.js'
import { specs } from './helpers/nets.js'

it('the stub computes a kernel once per shape and goes on with what it gave', async () => {
  await useEngine('stub')
  const first = tf.add(tf.tensor1d([1, 2]), tf.tensor1d([3, 4]))
  expect(Array.from(first.dataSync())).toEqual([4, 6])
  const second = tf.add(tf.tensor1d([10, 20]), tf.tensor1d([3, 4]))
  expect(Array.from(second.dataSync())).toEqual([4, 6])
  const third = tf.add(tf.tensor1d([10]), tf.tensor1d([3]))
  expect(Array.from(third.dataSync())).toEqual([13])
})

it.each(['linear', 'mlp'] as const)(
  'the loss of the %s net stays finite on the stub',
  async (name) => {
    await useEngine('stub')
    const before = tf.memory().numTensors
    const batches = createBatches(specs[name], 2)
    const loop = handLoop(specs[name], batches)
    await loop.block(20)
    const loss = tf.tidy(() => loop.net.loss(batches[0] as (typeof batches)[0]).dataSync()[0])
    expect(loss).toBeGreaterThan(0)
    expect(Number.isFinite(loss)).toBe(true)
    await loop.close()
    tf.dispose(batches.flatMap(({ x, y }) => [x, y]))
    expect(tf.memory().numTensors).toBe(before)
  },
)

it('stock wasm and ours take turns in one process and compute the same', async () => {
  const exchange = await exchangeableWasm()
  const kernels = new Set<unknown>()
  const lossOn = (engine: 'stock' | 'regimen'): number => {
    exchange(engine)
    kernels.add(tf.getKernel('BatchMatMul', 'wasm'))
    return tf.tidy(() => {
      const net = createNet(specs.mlp)
      const [batch] = createBatches(specs.mlp, 1)
      const loss = net.loss(batch as NonNullable<typeof batch>).dataSync()[0] as number
      net.dispose()
      return loss
    })
  }
  const regimen = lossOn('regimen')
  expect(lossOn('stock')).toBeCloseTo(regimen, 5)
  expect(lossOn('regimen')).toBe(regimen)
  expect(kernels.size).toBe(2)
})

it('model.fit trains the same net: three steps give the weights of the hand-written loop', async () => {
  await useEngine('cpu')
  const batches = createBatches(linear, 3)
  const loop = handLoop(linear, batches)
  const fit = layersFit(linear, batches)
  await loop.block(3)
  await fit.block(3)
  for (const [index, weight] of fit.weights().entries()) {
    const expected = Array.from((await loop.net.variables[index]?.data()) ?? [])
    const found = Array.from(weight.dataSync())
    expect(found).toHaveLength(expected.length)
    for (const [at, value] of found.entries()) expect(value).toBeCloseTo(expected[at] as number, 5)
  }
  await loop.close()
  await fit.close()
})
