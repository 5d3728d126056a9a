import { type PluginEntry, type Snapshot, Trainer } from '@regimen/core'
import { accumulate } from '@regimen/plugin-accumulate'
import { checkpoint, loadWeights, memoryStore } from '@regimen/plugin-checkpoint'
import { earlyStopping } from '@regimen/plugin-early-stopping'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { type EmaOptions, ema } from '../src/index.js'
import { quadratic, targets } from './helpers/quadratic.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const DATA = { train: targets(4, 8, 0, 3), validation: targets(1) }
const BATCHES = 4 * 3

interface Life {
  readonly options: EmaOptions
  readonly others?: PluginEntry
  readonly snapshot?: Snapshot | undefined
  /** Batches, training's and the validations', after which the signal comes. */
  readonly batches?: number
}

async function live({ options, others, snapshot, batches }: Life) {
  const { module, weights, seen, dispose } = quadratic(0.5, () => tf.train.adam(0.1))
  const before = tf.memory().numTensors
  const controller = new AbortController()
  const trainer = new Trainer({ maxEpochs: 3, sanityBatches: 0, plugins: [ema(options), others] })
  let saved: Snapshot | undefined
  let done = 0
  const count = () => {
    if (++done === batches) controller.abort()
  }
  trainer.hooks.batchEnd.tap('test', count)
  trainer.hooks.validationBatchEnd.tap('test', count)
  trainer.hooks.save.tapPromise('test', async ({ reason, snapshot: take }) => {
    if (reason === 'interrupted') saved = await take()
  })
  const { history } = await trainer.fit(module, DATA, {
    signal: controller.signal,
    ...(snapshot && { resumeFrom: snapshot }),
  })
  expect(tf.memory().numTensors).toBe(before)
  const after = await trainer.snapshot()
  const found = { weights: weights(), history, after, saved, seen }
  dispose()
  return found
}

function revived(snapshot: Snapshot | undefined): Snapshot {
  if (!snapshot) throw new Error('nothing was saved')
  return {
    meta: JSON.parse(JSON.stringify(snapshot.meta)),
    tensors: structuredClone(snapshot.tensors),
  }
}

describe.each<[string, Omit<Life, 'snapshot' | 'batches'>]>([
  ['EMA', { options: { decay: 0.7 } }],
  ['SWA', { options: { mode: 'swa', start: { epochs: 1 }, learningRate: 0.3, annealEpochs: 1 } }],
  ['EMA with accumulation', { options: { decay: 0.7 }, others: [accumulate({ batches: 3 })] }],
])('%s', (_, how) => {
  it('ends the same to the bit, wherever it was interrupted and resumed', async () => {
    const whole = await live(how)
    for (let batches = 1; batches < BATCHES + 3; batches++) {
      const first = await live({ ...how, batches })
      for (const snapshot of [first.saved, first.after]) {
        const second = await live({ ...how, snapshot: revived(snapshot) })
        expect([batches, second.weights]).toEqual([batches, whole.weights])
        expect(second.history).toEqual(whole.history)
        expect(second.after.tensors).toEqual(whole.after.tensors)
        expect(second.after.meta.plugins).toEqual(whole.after.meta.plugins)
      }
    }
  })
})

it('averages over three batches as one step with accumulation', async () => {
  const { after } = await live({
    options: { decay: 0.7 },
    others: [accumulate({ batches: 4 })],
  })
  expect(after.meta.plugins.ema).toMatchObject({ averaged: 3, step: 3 })
})

describe('best', () => {
  // The average rises to about 3 and passes the target of the validation, 1, on its way.
  async function fitted() {
    const store = memoryStore()
    const { module, seen, w, weights, dispose } = quadratic(0.05)
    const monitor = { monitor: 'val_loss', mode: 'min' } as const
    const plugins = [
      ema({ decay: 0.6 }),
      earlyStopping({ ...monitor, patience: 4, restoreBest: true }),
      checkpoint({ store, ...monitor }),
    ]
    const trainer = new Trainer({ maxEpochs: 30, sanityBatches: 0, plugins })
    const { best, stop } = await trainer.fit(module, DATA)
    const epoch = best[0]?.epoch ?? Number.NaN
    return { trainer, store, module, w, weights, dispose, stop, judged: seen[epoch], best }
  }

  it('is the average that was judged: restored, tested, loaded', async () => {
    const { trainer, store, module, w, judged, stop, best, dispose } = await fitted()
    expect(stop).toMatchObject({ kind: 'plugin', plugin: 'early-stopping' })
    expect(best[0]?.value).toBeCloseTo((1 - Number(judged)) ** 2, 6)
    expect(w.dataSync()[0]).toBe(judged)
    w.assign(tf.tidy(() => tf.scalar(50)))
    const tested = await trainer.test(module, targets(1), { checkpoint: 'best' })
    expect(w.dataSync()[0]).toBe(judged)
    expect(tested.test_loss).toBe(best[0]?.value)
    const other = quadratic()
    await loadWeights(other.module, { store, name: 'best' })
    expect(other.w.dataSync()[0]).toBe(judged)
    other.dispose()
    dispose()
  })

  it('resumes from the weights that were trained', async () => {
    const { store, best, judged, dispose } = await fitted()
    dispose()
    const plain = quadratic(0.05)
    const raw: (number | undefined)[] = []
    const epoch = (best[0]?.epoch ?? 0) + 2
    const alone = new Trainer({ maxEpochs: epoch, sanityBatches: 0 })
    alone.hooks.batchEnd.tap('test', () => void raw.push(plain.w.dataSync()[0]))
    await alone.fit(plain.module, DATA)
    const resumed = quadratic(0.05)
    const found: (number | undefined)[] = []
    const trainer = new Trainer({
      maxEpochs: epoch,
      sanityBatches: 0,
      plugins: [ema({ decay: 0.6 }), checkpoint({ store, monitor: 'val_loss', mode: 'min' })],
    })
    trainer.hooks.fitStart.tap('test', () => void found.push(resumed.w.dataSync()[0]))
    trainer.hooks.batchEnd.tap('test', () => void found.push(resumed.w.dataSync()[0]))
    await trainer.fit(resumed.module, DATA, { resumeFrom: 'best' })
    expect(found).toEqual(raw.slice(-5))
    expect(found[0]).not.toBe(judged)
    plain.dispose()
    resumed.dispose()
  })
})
