import { useWasm } from '@regimen/backend-wasm'
import { Trainer } from '@regimen/core'
import { adam } from '@regimen/optimizers'
import { seed } from '@regimen/plugin-seed'
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { type ModelName, models } from '../src/model-nets.js'

beforeAll(async () => {
  await useWasm({ threads: 1 })
})

// First weights are drawn before the run, whose plugin seeds what follows.
beforeEach(() => {
  let state = 1
  vi.spyOn(Math, 'random').mockImplementation(() => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  })
})

afterEach(() => void vi.restoreAllMocks())

it.each(Object.keys(models) as ModelName[])('the model %s learns a batch', async (name) => {
  const { module, batch } = models[name]
  const trainer = new Trainer({ maxEpochs: 3, plugins: [seed({ seed: 1 })] })
  const result = await trainer.fit(
    module(() => adam({ learningRate: 1e-3 })),
    {
      train: [batch(1)],
    },
  )
  const losses = result.history.map((row) => Number(row.loss))
  expect(losses.every(Number.isFinite)).toBe(true)
  expect(losses[2]).toBeLessThan(losses[0] ?? 0)
})
