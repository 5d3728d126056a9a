import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { lab, onCpu, withoutLeak } from '../helpers/lab.js'
import { endlessLine, lineBatches, lineModule } from '../helpers/line.js'

onCpu()

/** Every step takes at least this long, so that the loop is busy whatever the machine. */
function busyModule(milliseconds: number) {
  const shape = lineModule()
  const module = lineModule({
    trainingStep: (batch, context) => {
      const end = performance.now() + milliseconds
      while (performance.now() < end);
      return shape.trainingStep(batch, context)
    },
    variables: () => ({ w: shape.w, b: shape.b }),
  })
  return { module, dispose: () => [module, shape].forEach((each) => void each.dispose()) }
}

describe('the loop breathes', () => {
  it('a timer of 10 ms fires throughout 2,000 steps', async () => {
    const { trainer } = lab({ maxEpochs: Number.POSITIVE_INFINITY, maxSteps: 2000, yieldEvery: 20 })
    const { module, dispose } = busyModule(0.1)
    const stepsAtTicks: number[] = []
    const timer = setInterval(() => void stepsAtTicks.push(trainer.state.step), 10)
    await trainer.fit(module, { train: endlessLine(500, 1) })
    clearInterval(timer)
    expect(trainer.state.step).toBe(2000)
    // 2,000 steps of 0.1 ms are at least 200 ms; a breath comes at least every 20. On a machine that
    // is busy a step takes longer, so that there are more ticks for each.
    for (const [from, to] of [
      [1, 500],
      [500, 1000],
      [1000, 1500],
      [1500, 2000],
    ] as const) {
      const ticks = stepsAtTicks.filter((step) => step >= from && step < to)
      expect(ticks.length, `ticks between steps ${from} and ${to}`).toBeGreaterThan(0)
    }
    dispose()
  })

  it.each([
    { kind: 'synchronous', train: endlessLine(5000, 1) },
    {
      kind: 'asynchronous',
      train: async function* () {
        yield* endlessLine(5000, 1)()
      },
    },
  ])(
    'an abort by a timer ends a run of a $kind source within the batch under way',
    async ({ train }) => {
      const { module, dispose } = busyModule(0.1)
      const controller = new AbortController()
      await withoutLeak(async () => {
        const { trainer, seen } = lab({ yieldEvery: 10 })
        let stepAtAbort = -1
        trainer.hooks.batchEnd.tap('time', ({ step }) => {
          if (step > 1) return
          setTimeout(() => {
            stepAtAbort = trainer.state.step
            controller.abort('time is up')
          }, 60)
        })
        const { stop } = await trainer.fit(module, { train }, { signal: controller.signal })
        expect(stop).toEqual({ kind: 'signal', reason: 'time is up' })
        expect(stepAtAbort).toBeGreaterThan(0)
        expect(trainer.state.step - stepAtAbort).toBeLessThanOrEqual(1)
        expect(seen.unpaired()).toEqual([])
      })
      dispose()
    },
  )

  it('validates every 100 of 2,000 steps with as many tensors at each as at the first', async () => {
    const module = lineModule()
    await withoutLeak(async () => {
      const { trainer } = lab({
        maxEpochs: Number.POSITIVE_INFINITY,
        maxSteps: 2000,
        validateEvery: { steps: 100 },
      })
      const counts: number[] = []
      trainer.hooks.monitor.tap('count', () => void counts.push(tf.memory().numTensors))
      await trainer.fit(module, { train: lineBatches(500, 1), validation: lineBatches(3, 1) })
      expect(counts).toHaveLength(20)
      expect(new Set(counts).size).toBe(1)
    })
    module.dispose()
  })
})
