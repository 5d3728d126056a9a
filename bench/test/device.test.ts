import { definePlugin } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, expect, it } from 'vitest'
import { handLoop } from '../src/hand-loop.js'
import { createBatches, linear } from '../src/nets.js'
import { regimenFit } from '../src/regimen-fit.js'
import { counted } from './helpers/count.js'
import { useDevice } from './helpers/device-backend.js'
import { STEPS } from './helpers/nets.js'

beforeAll(useDevice)

it('where memory is on a device, logged metrics wait there and are read after the last step', async () => {
  const before = tf.memory().numTensors
  const batches = createBatches(linear, 4)
  const downloadsAtStep: number[] = []
  let reads = 0
  const backend = tf.backend()
  const original = backend.read
  backend.read = (dataId) => {
    reads++
    return original.call(backend, dataId)
  }
  const watcher = definePlugin({
    name: 'watcher',
    apply({ hooks }) {
      hooks.batchEnd.tap('watcher', () => {
        downloadsAtStep.push(reads)
      })
    },
  })
  const regimen = regimenFit(linear, batches, {
    name: 'two metrics',
    extras: 'two metrics',
    plugins: [watcher],
  })
  await regimen.block(STEPS)
  backend.read = original
  expect(downloadsAtStep).toEqual(Array.from({ length: STEPS }, () => 0))
  expect(reads).toBe(3 * STEPS)
  await regimen.close()
  tf.dispose(batches.flatMap(({ x, y }) => [x, y]))
  expect(tf.memory().numTensors).toBe(before)
})

it('there too no kernel is launched that the hand-written loop does not launch', async () => {
  const batches = createBatches(linear, 4)
  const hand = handLoop(linear, batches, 'two metrics')
  const regimen = regimenFit(linear, batches, { name: 'two metrics', extras: 'two metrics' })
  const expected = await counted(() => hand.block(STEPS))
  const found = await counted(() => regimen.block(STEPS))
  expect(found.kernels).toEqual(expected.kernels)
  await hand.close()
  await regimen.close()
  tf.dispose(batches.flatMap(({ x, y }) => [x, y]))
})
