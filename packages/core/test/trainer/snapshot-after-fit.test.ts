import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { definePlugin, type Plugin, type Snapshot, Trainer } from '../../src/index.js'
import { onCpu } from '../helpers/lab.js'
import { lineModule } from '../helpers/line.js'
import { throughText } from '../helpers/lives.js'
import { shuffledLine } from '../helpers/shuffled.js'

onCpu()

/** Counts batches; begins anew with each stage, and forgets all when a stage has ended. */
function counter(seen: { total: number }, stopsAt: number): Plugin {
  return definePlugin({
    name: 'counter',
    apply({ hooks, requestStop }) {
      let count: number | null = null
      hooks.setup.tap('counter', () => {
        count = 0
      })
      hooks.batchEnd.tap('counter', () => {
        count = (count ?? 0) + 1
        seen.total = count
        if (count === stopsAt) requestStop('enough')
      })
      hooks.teardown.tap('counter', () => {
        count = null
      })
      return {
        saveState: () => ({ count }),
        loadState(saved: { count: number | null }) {
          count = saved.count
        },
      }
    },
  })
}

interface Life {
  readonly epochs: number
  readonly stopsAt?: number
  readonly resumeFrom?: Snapshot
  readonly evaluates?: boolean
}

async function life({ epochs, stopsAt = 99, resumeFrom, evaluates }: Life) {
  const seen = { total: 0 }
  const module = lineModule({ configureOptimizers: () => tf.train.adam(0.05) })
  const trainer = new Trainer({ maxEpochs: epochs, plugins: [counter(seen, stopsAt)] })
  const data = { train: shuffledLine(4), validation: { a: shuffledLine(3), b: shuffledLine(2) } }
  const xs: number[] = []
  trainer.hooks.record.tap('test', (record) => {
    const isStep = record.kind === 'metrics' && record.interval === 'step'
    if (isStep && record.source === 'validation') xs.push(record.step)
  })
  const { stop, history, metrics } = await trainer.fit(module, data, resumeFrom && { resumeFrom })
  if (evaluates) {
    await trainer.test(module, data.train)
    await trainer.validate(module, data.validation)
  }
  const snapshot = throughText(await trainer.snapshot())
  const weights = [...module.w.dataSync(), ...module.b.dataSync()]
  module.dispose()
  await trainer.dispose()
  return { snapshot, end: { stop, history, metrics, weights, total: seen.total } }
}

it.each([[false], [true]])(
  'a snapshot after fit has all that plugins and loaders knew; evaluations since: %s',
  async (evaluates) => {
    const whole = await life({ epochs: 4 })
    for (const epochs of [1, 2, 3]) {
      const { snapshot } = await life({ epochs, evaluates })
      expect(snapshot.meta.evaluated).toEqual({ a: 3 * epochs, b: 2 * epochs })
      const resumed = await life({ epochs: 4, resumeFrom: snapshot })
      expect(resumed.end, `after ${epochs} epochs`).toEqual(whole.end)
    }
  },
)

it('a snapshot after fit and a test keeps a request to stop', async () => {
  const { snapshot, end } = await life({ epochs: 4, stopsAt: 6, evaluates: true })
  expect(end.stop).toMatchObject({ kind: 'plugin', message: 'enough' })
  const resumed = await life({ epochs: 4, resumeFrom: snapshot })
  expect(resumed.end.stop).toEqual(end.stop)
  expect(resumed.end.weights).toEqual(end.weights)
})
