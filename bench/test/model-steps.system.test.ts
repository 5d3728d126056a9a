import { useWasm } from '@regimen/backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { netNames } from '../src/model-nets.js'
import { modelSteps } from '../src/model-steps.js'

it.each(netNames)('measures replayed steps of the model %s and leaves no tensor', async (name) => {
  await useWasm()
  const before = tf.memory().numTensors
  const { texts, bestMs, medianMs } = await modelSteps(name, {}, { warmUp: 4, blocks: 2, steps: 1 })
  expect(texts).toContainEqual(expect.stringMatching(/^The engine is wasm with .*SIMD/))
  expect(texts).toContainEqual(expect.stringMatching(/^3 of 6 steps were replayed/))
  expect(bestMs).toBeGreaterThan(0)
  expect(medianMs).toBeGreaterThanOrEqual(bestMs)
  expect(tf.memory().numTensors).toBe(before)
})
