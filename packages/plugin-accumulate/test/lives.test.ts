import { definePlugin, type PluginEntry, type Snapshot, Trainer } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { accumulate } from '../src/index.js'
import { givenGradients, rows } from './helpers/given-gradients.js'
import { lineBatches, lineModule } from './helpers/line.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const BATCHES = 5
const OPTIONS = { maxEpochs: 2, sanityBatches: 0 }
const DATA = { train: lineBatches(BATCHES, 4), validation: lineBatches(1, 4) }
const windows = () => accumulate({ schedule: { 0: 3, 1: 2 } })

interface Life {
  readonly snapshot?: Snapshot | undefined
  /** Batches in this life, after which the signal comes. */
  readonly batches?: number
  readonly plugins?: PluginEntry
}

/** One life of a run, in which everything is new but the snapshot. */
async function live({ snapshot, batches, plugins }: Life) {
  const line = lineModule(() => tf.train.adam(0.05))
  const before = tf.memory().numTensors
  const controller = new AbortController()
  const trainer = new Trainer({ ...OPTIONS, plugins: [windows(), plugins] })
  let saved: Snapshot | undefined
  let done = 0
  trainer.hooks.batchEnd.tap('test', () => {
    if (++done === batches) controller.abort()
  })
  trainer.hooks.save.tapPromise('test', async ({ reason, snapshot: take }) => {
    if (reason === 'interrupted') saved = await take()
  })
  const result = await trainer.fit(line.module, DATA, {
    signal: controller.signal,
    ...(snapshot && { resumeFrom: snapshot }),
  })
  expect(tf.memory().numTensors).toBe(before)
  const weights = line.weights()
  const after = await trainer.snapshot()
  line.dispose()
  return { weights, step: trainer.state.step, history: result.history, saved, after }
}

/** A snapshot after a round through text and bytes, as through a file. */
function revived(snapshot: Snapshot | undefined): Snapshot {
  if (!snapshot) throw new Error('nothing was saved')
  const { meta, tensors } = snapshot
  const copies = Object.entries(tensors).map(([name, { data, ...others }]) => [
    name,
    { ...others, data: data.slice() },
  ])
  return { meta: JSON.parse(JSON.stringify(meta)), tensors: Object.fromEntries(copies) }
}

describe('a run that is interrupted and gone on with', () => {
  it.each(Array.from({ length: 2 * BATCHES - 1 }, (_, index) => index + 1))(
    'after batch %i ends as one that was not, bit for bit',
    async (batches) => {
      const whole = await live({})
      const first = await live({ batches })
      const second = await live({ snapshot: revived(first.saved) })
      expect(second.weights).toEqual(whole.weights)
      expect(second.history).toEqual(whole.history)
      expect([second.step, whole.step]).toEqual([5, 5])
    },
  )

  it('twice within one window loses nothing either', async () => {
    const whole = await live({})
    const first = await live({ batches: 1 })
    const second = await live({ batches: 1, snapshot: revived(first.saved) })
    const third = await live({ snapshot: revived(second.saved) })
    expect(third.weights).toEqual(whole.weights)
  })

  it('can be gone on with from what the trainer says after the run', async () => {
    const whole = await live({})
    const first = await live({ batches: 2 })
    expect(first.saved?.meta.plugins.accumulate).toMatchObject({ main: { batches: 2 } })
    expect(first.after.tensors).toEqual(first.saved?.tensors)
    const second = await live({ snapshot: revived(first.after) })
    expect(second.weights).toEqual(whole.weights)
  })

  it('needs the sums: without them it ends elsewhere', async () => {
    const whole = await live({})
    const { meta, tensors } = revived((await live({ batches: 2 })).saved)
    const forgetful = { tensors, meta: { ...meta, plugins: {} } }
    expect((await live({ snapshot: forgetful })).weights).not.toEqual(whole.weights)
  })
})

describe('a run that fails', () => {
  it.each(['loss', 'gradients', 'stepStart', 'batchEnd'] as const)(
    'in %s leaves no tensor behind',
    async (hook) => {
      const line = lineModule(() => tf.train.sgd(0.1))
      const before = tf.memory().numTensors
      let calls = 0
      const failing = definePlugin({
        name: 'failing',
        after: ['accumulate'],
        apply: ({ hooks }) => {
          const fail = () => {
            if (++calls === 2) throw new Error('no')
            return undefined
          }
          const { tap } = hooks[hook] as { tap(name: string, fn: () => undefined): void }
          tap('failing', fail)
        },
      })
      const trainer = new Trainer({ ...OPTIONS, plugins: [windows(), failing] })
      await expect(trainer.fit(line.module, DATA)).rejects.toMatchObject({ plugin: 'failing' })
      expect(tf.memory().numTensors).toBe(before)
      line.dispose()
    },
  )
})

describe('a wish to stop inside a window', () => {
  it('leaves its batches for whoever goes on, and applies nothing', async () => {
    const { module, applied, dispose } = givenGradients()
    const stopper = definePlugin({
      name: 'stopper',
      apply: ({ hooks, requestStop }) =>
        hooks.batchEnd.tap('stopper', ({ batch }) => {
          if (batch === 3) requestStop('enough')
        }),
    })
    const plugins = [accumulate({ batches: 2 }), stopper]
    const trainer = new Trainer({ maxEpochs: 1, plugins })
    const before = tf.memory().numTensors
    await trainer.fit(module, { train: rows([1, 1, 1], [3, 3, 3], [100, 100, 100], [200, 0, 0]) })
    expect(applied()).toEqual([2, 2, 2])
    expect(tf.memory().numTensors).toBe(before)
    const snapshot = await trainer.snapshot()
    expect(snapshot.tensors['plugin/accumulate/main/a']?.data).toEqual(new Float32Array([100, 100]))
    const next = new Trainer({ maxEpochs: 1, plugins: [accumulate({ batches: 2 })] })
    await next.fit(
      module,
      { train: rows([1, 1, 1], [3, 3, 3], [100, 100, 100], [200, 0, 0]) },
      { resumeFrom: snapshot },
    )
    expect(applied()).toEqual([152, 52, 52])
    dispose()
  })
})

it('begins anew in a second fit, and is left alone by an evaluation', async () => {
  const { module, applied, dispose } = givenGradients()
  const controller = new AbortController()
  const trainer = new Trainer({ maxEpochs: 1, plugins: [accumulate({ batches: 2 })] })
  trainer.hooks.batchEnd.tap('test', () => controller.abort())
  await trainer.fit(module, { train: rows([7, 7, 7], [9, 9, 9]) }, { signal: controller.signal })
  expect(applied()).toEqual([0, 0, 0])
  const test = { ...module, testStep: () => ({ loss: 1 }) }
  await trainer.test(test, rows([1, 1, 1]))
  const { tensors } = await trainer.snapshot()
  expect(tensors['plugin/accumulate/main/a']?.data).toEqual(new Float32Array([7, 7]))
  await trainer.fit(module, { train: rows([1, 2, 3], [3, 4, 5]) })
  expect(applied()).toEqual([2, 3, 4])
  dispose()
})

it('keeps two trainers apart', async () => {
  const [one, two] = [givenGradients(), givenGradients()]
  const plugin = accumulate({ batches: 2 })
  const trainers = [1, 2].map(() => new Trainer({ maxEpochs: 1, plugins: [plugin] }))
  await Promise.all([
    trainers[0]?.fit(one.module, { train: rows([1, 1, 1], [3, 3, 3]) }),
    trainers[1]?.fit(two.module, { train: rows([10, 10, 10], [30, 30, 30]) }),
  ])
  expect([one.applied(), two.applied()]).toEqual([
    [2, 2, 2],
    [20, 20, 20],
  ])
  one.dispose()
  two.dispose()
})
