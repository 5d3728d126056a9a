import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { useWasm } from '@regimen/backend-wasm'
import {
  definePlugin,
  type Outcome,
  type Plugin,
  Trainer,
  type TrainerOptions,
} from '@regimen/core'
import { arrayLoader } from '@regimen/data'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { lineColumns, lineModel, type Rows } from './helpers/line.js'

const YIELD_EVERY = 50
const ENDS = ['batchEnd', 'epochEnd', 'fitEnd', 'teardown', 'save'] as const

let tensorsBefore = 0
beforeAll(() => useWasm())
beforeEach(() => {
  tensorsBefore = tf.memory().numTensors
})
afterEach(() => {
  expect(tf.memory().numTensors).toBe(tensorsBefore)
})

/** Batches of 32 rows from 8 inputs to 1; an epoch has 250. */
function loaders() {
  return {
    train: arrayLoader(lineColumns(8000), { batchSize: 32, shuffle: true, seed: 1 }),
    validation: arrayLoader(lineColumns(96), { batchSize: 32 }),
  }
}

/** Trains the line on wasm. */
async function fit(
  options: TrainerOptions,
  data: Parameters<typeof Trainer.prototype.fit<Rows>>[1] = loaders(),
  signal?: AbortSignal,
) {
  const module = lineModel()
  const all = { maxEpochs: Number.POSITIVE_INFINITY, yieldEvery: YIELD_EVERY, sanityBatches: 0 }
  const trainer = new Trainer({ ...all, ...options })
  const result = await trainer.fit(module, data, { signal })
  await trainer.dispose()
  module.dispose()
  return { ...result, step: trainer.state.step }
}

/** Keeps what ends, in order. */
function endings(ends: string[]): Plugin {
  return definePlugin({
    name: 'endings',
    apply({ hooks }) {
      for (const hook of ENDS) {
        hooks[hook].tap('endings', (payload: { outcome?: Outcome; reason?: string }) => {
          ends.push(`${hook} ${payload.outcome ?? payload.reason}`)
        })
      }
    },
  })
}

describe('2,000 steps on wasm', () => {
  it('of a millisecond each leave the event loop a turn at least every 50', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    onTestFinished(() => void vi.useRealTimers())
    let steps = 0
    const stepsBetweenTurns: number[] = []
    const takeTurn = () => {
      stepsBetweenTurns.push(steps)
      steps = 0
      next = setImmediate(takeTurn)
    }
    let next = setImmediate(takeTurn)
    const clock = definePlugin({
      name: 'clock',
      apply({ hooks }) {
        hooks.batchEnd.tap('clock', () => {
          steps++
          vi.advanceTimersByTime(1)
        })
      },
    })
    const { step } = await fit({ maxSteps: 2000, plugins: [clock] })
    clearImmediate(next)
    expect(step).toBe(2000)
    expect(Math.max(...stepsBetweenTurns, steps)).toBeLessThanOrEqual(YIELD_EVERY)
  })

  it('with a validation after every 100 keep the number of tensors', async () => {
    const counts: number[] = []
    const count = definePlugin({
      name: 'count',
      apply: ({ hooks }) => {
        hooks.monitor.tap('count', ({ validation }) => {
          if (validation) counts.push(tf.memory().numTensors)
        })
      },
    })
    const result = await fit({ maxSteps: 2000, validateEvery: { steps: 100 }, plugins: [count] })
    expect(result.step).toBe(2000)
    expect(result.metrics.val_loss).toBeLessThan(0.01)
    expect(counts).toHaveLength(20)
    expect(new Set(counts).size).toBe(1)
  })
})

describe('an abort by a timer', () => {
  it.each([
    ['of arrays', () => loaders().train],
    ['that never ends and awaits nothing', () => endless],
  ])('ends a run over data %s with the batch under way', async (_, train) => {
    const controller = new AbortController()
    const ends: string[] = []
    let batchesAfter = 0
    const plugin = definePlugin({
      name: 'abort',
      apply({ hooks }) {
        hooks.batchEnd.tap('abort', ({ step }) => {
          if (controller.signal.aborted) batchesAfter++
          if (step > 1) return
          setTimeout(() => {
            ends.length = 0
            controller.abort()
          }, 100)
        })
      },
    })
    const plugins = [plugin, endings(ends)]
    const data = { ...loaders(), train: train() }
    const { stop, step } = await fit({ maxSteps: 20_000, plugins }, data, controller.signal)
    expect(stop).toMatchObject({ kind: 'signal' })
    expect(step).toBeGreaterThan(0)
    expect(batchesAfter).toBeLessThanOrEqual(1)
    expect(ends.filter((end) => !end.startsWith('batchEnd'))).toEqual([
      'save interrupted',
      'epochEnd interrupted',
      'fitEnd interrupted',
      'teardown interrupted',
    ])
  })
})

describe('SIGINT', () => {
  const main = fileURLToPath(new URL('../packages/cli/dist/main.js', import.meta.url))
  const cwd = fileURLToPath(new URL('fixtures/interrupted', import.meta.url))

  it('ends `regimen fit` with code 130 and all end hooks, after the batch under way', async () => {
    expect(existsSync(main), 'packages/cli/dist/main.js; run "npm run build"').toBe(true)
    const child = spawn(process.execPath, [main, 'fit'], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let errors = ''
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    let isSent = false
    child.stdout.on('data', (chunk) => {
      output += chunk
      if (isSent || !output.includes('ready')) return
      isSent = true
      child.kill('SIGINT')
    })
    const [code] = await once(child, 'close')
    expect({ code, errors }).toMatchObject({ code: 130 })
    const { ends, batchesAfter } = JSON.parse(output.replace(/^.*ready\n/s, '')) as {
      ends: string[]
      batchesAfter: number
    }
    expect(ends).toEqual([
      'save interrupted',
      'epochEnd interrupted',
      'fitEnd interrupted',
      'teardown interrupted',
    ])
    expect(batchesAfter).toBeLessThanOrEqual(1)
  })
})

function* endless(): Generator<Rows> {
  for (;;) yield { x: tf.ones([32, 8]), y: tf.zeros([32, 1]) }
}
