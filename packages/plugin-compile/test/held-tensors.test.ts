import { useWasm } from '@regimen/backend-wasm'
import { definePlugin, type Plugin } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { compile } from '../src/index.js'
import { numbers, type Pair, regression, train } from './helpers/train.js'

beforeAll(() => useWasm())

/** A regression with another loss. */
function stepOf(trainingStep: (batch: Pair, parts: ReturnType<typeof regression>) => tf.Tensor) {
  const parts = regression()
  const module = {
    ...parts.module,
    trainingStep: (batch: Pair) => trainingStep(batch, parts),
  } as typeof parts.module
  return { ...parts, module }
}

it.each([
  ['before the first comparison', 2],
  ['while steps are replayed', 9],
])('a tensor of the module that is replaced %s is followed', async (_, place) => {
  let scale: tf.Tensor | undefined
  const make = () => stepOf((batch, { loss }) => tf.mul(loss(batch), scale as tf.Tensor))
  const replace = (): Plugin => {
    let batches = 0
    return definePlugin({
      name: 'replace',
      apply({ hooks }) {
        hooks.batchStart.tap('replace', () => {
          if (![0, place].includes(batches++)) return
          scale?.dispose()
          scale = tf.scalar(batches)
        })
        hooks.teardown.tap('replace', () => {
          scale?.dispose()
          scale = undefined
        })
      },
    })
  }
  const traced = await train(make(), { plugins: [replace()] })
  const replayed = await train(make(), { plugins: [replace(), compile()] })
  expect(replayed.texts.at(-1)).toMatch(/^1[0-9] of 24 steps were replayed/)
  expect(replayed.weights).toEqual(traced.weights)
  expect(replayed.losses).toEqual(traced.losses)
})

it('a tensor that a batch holds twice is not taken for two', async () => {
  const squares = ({ x, y }: Pair) =>
    tf.mean(tf.abs(tf.sub(tf.sum(tf.square(x)), tf.mul(tf.sum(y), 3))))
  const make = () =>
    stepOf((batch, { loss }) => tf.add(loss({ ...batch, y: half(batch) }), squares(batch)))
  const half = ({ y }: Pair) => tf.slice(y, [0, 1], [-1, 2]) as tf.Tensor2D
  const batches = function* () {
    for (let i = 0; i < 12; i++) {
      const x = tf.tensor2d(numbers(15, i + 1), [5, 3])
      const y = i < 7 ? x : tf.tensor2d(numbers(15, i + 90), [5, 3])
      yield { x, y }
    }
  }
  const traced = await train(make(), { batches })
  const replayed = await train(make(), { batches, plugins: [compile()] })
  expect(replayed.texts.at(-1)).toMatch(/^18 of 24 steps were replayed \(\d+, \d+ operations\)/)
  expect(replayed.weights).toEqual(traced.weights)
})

it('an index outside of its axis fails a replayed step, which leaves nothing behind', async () => {
  const footprint = () => [tf.memory().numTensors, tf.backend().numDataIds()]
  const before = footprint()
  const parts = stepOf(({ x, y }, { loss }) => {
    const row = tf.cast(tf.slice(x, [0, 0], [1, 1]), 'int32')
    return tf.add(loss({ x, y }), tf.mean(tf.gather(y, tf.reshape(row, [1]))))
  })
  const batches = function* () {
    for (let i = 0; i < 9; i++) {
      const x = tf.tensor2d([i < 6 ? 2 : 7, ...numbers(14, i)], [5, 3])
      yield { x, y: tf.tensor2d(numbers(10, i + 50), [5, 2]) }
    }
  }
  const run = train(parts, { batches, plugins: [compile()] })
  await expect(run).rejects.toThrow(/index 7 for an axis of 5/)
  expect(footprint()).toEqual(before)
})
