import { progress } from '@regimen/plugin-progress'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Contestant } from '../src/contestant.js'
import { useEngine } from '../src/engines.js'
import { handLoop } from '../src/hand-loop.js'
import { createBatches } from '../src/nets.js'
import { regimenFit } from '../src/regimen-fit.js'
import { type Counts, counted } from './helpers/count.js'
import { STEPS, specs } from './helpers/nets.js'

async function countsOf(contestant: Contestant): Promise<Counts> {
  const counts = await counted(() => contestant.block(STEPS))
  await contestant.close()
  return counts
}

describe.each(['cpu', '@regimen/backend-wasm'] as const)('on %s', (engine) => {
  beforeAll(() => useEngine(engine))

  describe.each(['linear', 'mlp'] as const)('the %s net', (name) => {
    const spec = specs[name]

    it('bare, launches exactly the kernels of the hand-written loop and downloads nothing', async () => {
      const batches = createBatches(spec, 4)
      const hand = await countsOf(handLoop(spec, batches))
      const regimen = await countsOf(regimenFit(spec, batches, { name: 'bare' }))
      expect(hand.kernels.MatMul ?? hand.kernels.BatchMatMul).toBeGreaterThanOrEqual(STEPS)
      expect(regimen).toEqual(hand)
      expect(regimen.downloads).toBe(0)
      tf.dispose(batches.flatMap(({ x, y }) => [x, y]))
    })

    it('with progress and two metrics, launches the same kernels and downloads nothing', async () => {
      const batches = createBatches(spec, 4)
      const hand = await countsOf(handLoop(spec, batches, 'two metrics'))
      const stream = { isTTY: true, columns: 80, rows: 24, write: () => true }
      const regimen = await countsOf(
        regimenFit(spec, batches, {
          name: 'two metrics',
          extras: 'two metrics',
          plugins: [progress({ display: 'bars', stream })],
        }),
      )
      expect(regimen.kernels).toEqual(hand.kernels)
      expect(hand.downloads).toBeGreaterThanOrEqual(2 * STEPS)
      expect(regimen.downloads).toBe(0)
      tf.dispose(batches.flatMap(({ x, y }) => [x, y]))
    })

    it('ends with the weights of the hand-written loop', async () => {
      const before = tf.memory().numTensors
      const batches = createBatches(spec, 4)
      const hand = handLoop(spec, batches)
      const regimen = regimenFit(spec, batches, { name: 'bare' })
      const first = await Promise.all(hand.net.variables.map((variable) => variable.data()))
      await hand.block(STEPS)
      await regimen.block(STEPS)
      for (const [index, variable] of hand.net.variables.entries()) {
        const trained = await variable.data()
        expect(trained).not.toEqual(first[index])
        expect(await regimen.net.variables[index]?.data()).toEqual(trained)
      }
      await hand.close()
      await regimen.close()
      tf.dispose(batches.flatMap(({ x, y }) => [x, y]))
      expect(tf.memory().numTensors).toBe(before)
    })
  })
})
