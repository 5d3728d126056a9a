import {
  type AutomaticModule,
  definePlugin,
  type FitData,
  type HookName,
  type Hooks,
  isRegimenError,
  type Json,
  type ManualModule,
  type PluginEntry,
  type Snapshot,
  Trainer,
  type TrainerOptions,
} from '@regimen/core'
import { accumulate } from '@regimen/plugin-accumulate'
import { earlyStopping } from '@regimen/plugin-early-stopping'
import { gradientClip } from '@regimen/plugin-gradient-clip'
import { exponential, lrScheduler, reduceOnPlateau } from '@regimen/plugin-lr-scheduler'
import { seed } from '@regimen/plugin-seed'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type CheckpointStore, checkpoint, memoryStore } from '../src/index.js'
import { curve, type Net, type NetBatch, net } from './helpers/net.js'

beforeAll(() => tf.setBackend('cpu'))

const BATCHES = 8

interface Mix {
  readonly name: string
  readonly options: TrainerOptions
  readonly plugins: (store: CheckpointStore, patience?: number) => PluginEntry[]
  readonly module: (base: Net) => AutomaticModule<NetBatch> | ManualModule<NetBatch>
  readonly data: () => FitData<NetBatch>
}

const train = () => curve(4 * BATCHES)
const withDropout = (batch: NetBatch): NetBatch => ({ ...batch, x: tf.dropout(batch.x, 0.25) })
const noisy = (base: Net, more: Partial<AutomaticModule<NetBatch>> = {}) => ({
  ...base,
  ...more,
  trainingStep: (batch: NetBatch, context: Parameters<Net['trainingStep']>[1]) =>
    base.trainingStep(withDropout(batch), context),
})
const twoOptimizers = () => ({ hidden: tf.train.adam(0.02), out: tf.train.adam(0.01) })

const MIXES: Mix[] = [
  {
    name: 'three batches per step, momentum and early stopping',
    options: { maxEpochs: 3, validateEvery: { steps: 2 }, logEvery: { steps: 3 } },
    plugins: () => [
      accumulate({ batches: 3 }),
      earlyStopping({ monitor: 'val_loss', mode: 'min', patience: 2, minDelta: 0.05 }),
    ],
    module: (base) => noisy(base, { configureOptimizers: () => tf.train.momentum(0.02, 0.9) }),
    data: () => ({ train: train(), validation: curve(8, { seed: 3 }) }),
  },
  {
    name: 'two optimizers, validations by shares, rates per step and clipping',
    options: { maxEpochs: 2, validateEvery: { epochs: 0.25 }, logEvery: { steps: 2 } },
    plugins: () => [
      lrScheduler({ schedule: exponential({ gamma: 0.95 }), interval: 'step' }),
      gradientClip({ norm: 0.5, log: true }),
    ],
    module: (base) => noisy(base, { configureOptimizers: twoOptimizers }),
    data: () => ({ train: train(), validation: curve(8, { shuffle: false }) }),
  },
  {
    name: 'plateaus, two validation loaders, early stopping and the best files',
    options: { maxEpochs: 3, validateEvery: { steps: 3 }, logEvery: { epochs: 1 } },
    plugins: (store, patience = 3) => [
      lrScheduler({
        schedule: reduceOnPlateau({
          monitor: 'val_loss/a',
          mode: 'min',
          factor: 0.5,
          patience: 0,
          threshold: 0.2,
          checkOn: 'validation',
        }),
      }),
      earlyStopping({ monitor: 'val_loss/a', mode: 'min', patience, minDelta: 0.05 }),
      checkpoint({ store, monitor: 'val_loss/b', mode: 'min', topK: 2 }),
    ],
    module: (base) => noisy(base),
    data: () => ({
      train: train(),
      validation: { a: curve(10, { seed: 3 }), b: curve(7, { shuffle: false, batchSize: 3 }) },
    }),
  },
  {
    name: 'manual steps, a loader without size and a request that waits for minEpochs',
    options: {
      maxEpochs: 4,
      minEpochs: 2,
      validateEvery: { steps: 3 },
      logEvery: { epochs: 1 },
    },
    plugins: (store) => [
      earlyStopping({ monitor: 'val_loss', mode: 'min', patience: 1, minDelta: 9 }),
      checkpoint({ store, every: { steps: 5 }, topK: -1 }),
    ],
    module: (base): ManualModule<NetBatch> => ({
      ...base,
      automaticOptimization: false,
      configureOptimizers: twoOptimizers,
      trainingStep: async (batch, context) => {
        const loss = () => base.trainingStep(withDropout(batch), context) as tf.Scalar
        await context.optimize('hidden', loss)
        await context.optimize('out', loss)
      },
    }),
    data: () => ({ train: withoutSize(train()), validation: curve(8, { seed: 5 }) }),
  },
]

function withoutSize(loader: ReturnType<typeof train>) {
  return {
    state: () => loader.state(),
    restore: (state: Json) => loader.restore(state),
    [Symbol.iterator]: () => loader[Symbol.iterator](),
  }
}

interface Place {
  readonly hook: HookName
  /** Which of the calls that the uninterrupted run has: a share of them. */
  readonly share: number
  readonly act: 'abort' | 'throw'
}

const at = (act: Place['act'], hook: HookName, ...shares: number[]): Place[] =>
  shares.map((share) => ({ act, hook, share }))

const PLACES: Place[] = [
  ...at('abort', 'batchEnd', 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75, 0.85, 0.95),
  ...at('abort', 'validationBatchEnd', 0, 0.3, 0.5, 0.9),
  ...at('abort', 'monitor', 0.2, 0.7),
  ...at('abort', 'epochEnd', 0),
  ...at('abort', 'epochStart', 0.4),
  ...at('throw', 'batchStart', 0.3, 0.8),
  ...at('throw', 'batchEnd', 0.55),
  ...at('throw', 'validationBatchEnd', 0.4),
  ...at('throw', 'monitor', 0.6),
  ...at('throw', 'stepEnd', 0.7),
]

interface Life {
  readonly store: CheckpointStore
  readonly patience?: number
  readonly resumeFrom?: Snapshot | 'last' | undefined
  readonly place?: { readonly hook: HookName; readonly call: number; readonly act: Place['act'] }
}

type AnyTap = (name: string, fn: () => unknown) => void

/** Writes down all that was due and decided; what belongs to a moment is part of its snapshot. */
function witness() {
  const seen: { trace: string[] } = { trace: [] }
  const plugin = definePlugin({
    name: 'witness',
    apply({ hooks }) {
      let optimizers: Readonly<Record<string, tf.Optimizer>> = {}
      hooks.setup.tap('witness', ({ run }) => {
        optimizers = run.optimizers
        seen.trace = []
      })
      hooks.batchEnd.tap('witness', ({ epoch, batch, step }) => {
        const rates = Object.values(optimizers).map(
          (optimizer) => (optimizer as tf.Optimizer & { learningRate: number }).learningRate,
        )
        seen.trace.push(`batch ${epoch}.${batch}.${step} ${rates}`)
      })
      hooks.validationEnd.tap('witness', ({ outcome, sanity, epoch, batch, step }) => {
        if (outcome === 'completed' && !sanity)
          seen.trace.push(`validation ${epoch}.${batch}.${step}`)
      })
      hooks.record.tap('witness', (record) => {
        if (record.kind !== 'metrics') return
        const { source, interval, step, values } = record
        seen.trace.push(`${source} ${interval} ${step} ${JSON.stringify(values)}`)
      })
      return {
        saveState: () => [...seen.trace],
        loadState(saved: string[]) {
          seen.trace = [...saved]
        },
      }
    },
  })
  return { seen, plugin }
}

/** One life: how it ended, or what can be resumed from. */
async function live(mix: Mix, { store, patience, resumeFrom, place }: Life) {
  const before = tf.memory().numTensors
  const base = net()
  const { seen, plugin } = witness()
  const controller = new AbortController()
  const calls: Partial<Record<HookName, number>> = {}
  const counted = new Set<HookName>([...PLACES.map(({ hook }) => hook), 'fitEnd'])
  const actor = definePlugin({
    name: 'actor',
    apply({ hooks }) {
      for (const name of counted) {
        const hook = (hooks as Hooks)[name] as unknown as { tap: AnyTap }
        hook.tap('actor', () => {
          calls[name] = (calls[name] ?? 0) + 1
          if (name !== place?.hook || calls[name] !== place.call) return
          if (place.act === 'throw') throw new Error('the power is gone')
          controller.abort()
        })
      }
    },
  })
  const plugins = [seed(5), ...mix.plugins(store, patience), plugin, actor]
  const trainer = new Trainer({ sanityBatches: 0, ...mix.options, plugins })
  let saved: Snapshot | undefined
  trainer.hooks.save.tapPromise('test', async ({ snapshot }) => {
    saved = await snapshot()
  })
  trainer.hooks.error.tapPromise('test', async () => {
    saved = await trainer.snapshot().catch((thrown: unknown) => {
      if (isRegimenError(thrown) && thrown.code === 'REG_BUSY') return saved
      throw thrown
    })
  })
  const { signal } = controller
  const fit = trainer.fit(mix.module(base) as AutomaticModule<NetBatch>, mix.data, {
    signal,
    ...(resumeFrom && { resumeFrom }),
  })
  try {
    const { module: _, ...result } = await fit
    const { meta, tensors } = await trainer.snapshot()
    const { position, requested, loaders, optimizers } = meta
    const end = { result, trace: seen.trace, tensors, position, requested, loaders, optimizers }
    return { isOver: result.stop.kind !== 'signal', end, saved, calls }
  } catch (thrown) {
    expect(String(thrown)).toContain('the power is gone')
    return { isOver: false, end: undefined, saved, calls }
  } finally {
    base.dispose()
    await trainer.dispose()
    expect(tf.memory().numTensors, 'tensors').toBe(before)
  }
}

describe.each(MIXES)('$name: a run', (mix) => {
  let whole: ReturnType<typeof live> | undefined
  const uninterrupted = () => (whole ??= live(mix, { store: memoryStore() }))

  it('is one of several validations, records and epochs', async () => {
    const { end } = await uninterrupted()
    const kinds = ['validation ', 'train epoch', 'batch 1.']
    for (const kind of kinds) expect(end?.trace.some((line) => line.startsWith(kind))).toBe(true)
  })

  it.each(PLACES)('with $act in $hook at $share resumes to the same bits', async (place) => {
    const { end, calls } = await uninterrupted()
    const { hook, share, act } = place
    const call = 1 + Math.floor(share * (calls[hook] ?? 0))
    expect(calls[hook]).toBeGreaterThanOrEqual(call)
    const store = memoryStore()
    const first = await live(mix, { store, place: { hook, call, act } })
    const isByName = act === 'abort' && (await store.list('version_0')).length > 0
    const resumeFrom = isByName ? 'last' : first.saved
    const second = first.isOver ? first : await live(mix, { store, resumeFrom })
    expect(second.end).toEqual(end)
  })
})

describe('a process that ended right after the save of an early stop', () => {
  const mix = MIXES.find(({ name }) => name.startsWith('plateaus')) as Mix
  const stopped = async () => {
    const store = memoryStore()
    const place = { hook: 'fitEnd', call: 1, act: 'throw' } as const
    const { calls } = await live(mix, { store, patience: 1, place })
    return { store, batches: calls.batchEnd ?? 0 }
  }

  it('is over each time that it is resumed: the same stop, and nothing is trained', async () => {
    const { end } = await live(mix, { store: memoryStore(), patience: 1 })
    expect(end?.result.stop).toMatchObject({ kind: 'plugin', plugin: 'early-stopping' })
    const { store } = await stopped()
    for (let time = 1; time <= 3; time++) {
      const again = await live(mix, { store, patience: 1, resumeFrom: 'last' })
      expect(again.end, `time ${time}`).toEqual(end)
      expect(again.calls.batchEnd, `time ${time}`).toBeUndefined()
    }
  })

  it('goes on with a larger patience', async () => {
    const { store, batches } = await stopped()
    const longer = await live(mix, { store, patience: 99, resumeFrom: 'last' })
    expect(longer.end?.result.stop).toEqual({ kind: 'maxEpochs' })
    expect(batches + (longer.calls.batchEnd ?? 0)).toBe(3 * BATCHES)
  })
})
