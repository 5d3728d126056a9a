import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import {
  type AutomaticModule,
  definePlugin,
  type FitData,
  type FitResult,
  type HookName,
  type Hooks,
  isRegimenError,
  type Json,
  type Plugin,
  type RegimenError,
  type Snapshot,
  Trainer,
  type TrainerOptions,
} from '../../src/index.js'
import { type LineBatch, lineModule } from './line.js'
import { shuffledLine } from './shuffled.js'

/** One life of a run: what it begins with, and what happens to it. */
export interface Life {
  readonly resumeFrom?: Snapshot | undefined
  readonly options?: TrainerOptions
  readonly data?: () => FitData<LineBatch>
  readonly module?: Partial<AutomaticModule<LineBatch>>
  readonly plugins?: readonly Plugin[]
  /** In the nth call of a hook, from 1: a snapshot is taken, an error thrown, or the run aborted. */
  readonly at?: { readonly hook: HookName; readonly call: number }
  readonly act?: 'snapshot' | 'throw' | 'abort'
}

/** How it ended, the snapshot that was taken, or why there is none. */
export interface Ended {
  readonly end: {
    readonly result: Omit<FitResult, 'module'> | string
    readonly weights: readonly number[]
    readonly decisions: Json
    readonly counters: object
  }
  readonly saved: Snapshot | undefined
  readonly refused: RegimenError | undefined
  /** Calls of the hook. */
  readonly calls: number
}

/** Writes down all that it judges by, in its state. */
function judge(seen: { decisions: Json[] }): Plugin {
  return definePlugin({
    name: 'judge',
    apply({ hooks }) {
      hooks.setup.tap('judge', () => {
        seen.decisions = []
      })
      hooks.monitor.tapPromise('judge', async ({ metrics, validation, epoch, counters }) => {
        const names = metrics.names.filter((name) => !name.includes('time'))
        const values = await Promise.all(names.map((name) => metrics.get(name)))
        const { step, validations } = counters
        seen.decisions.push({ step, validations, validation, epoch, names, values } as Json)
      })
      return {
        saveState: () => seen.decisions,
        loadState(saved: Json[]) {
          seen.decisions = [...saved]
        },
      }
    },
  })
}

type AnyTap = (name: string, fn: () => unknown) => void

/** A run with Adam, shuffled training and validation data, and several validations in an epoch. */
export async function live(life: Life = {}): Promise<Ended> {
  const { resumeFrom, options, at, act = 'snapshot' } = life
  const seen = { decisions: [] as Json[] }
  const line = lineModule({ configureOptimizers: () => tf.train.adam(0.05), ...life.module })
  const before = tf.memory().numTensors
  const controller = new AbortController()
  let saved: Snapshot | undefined
  let refused: RegimenError | undefined
  let calls = 0
  const keep = async (trainer: Trainer) => {
    try {
      saved = throughText(await trainer.snapshot())
    } catch (thrown) {
      if (!isRegimenError(thrown)) throw thrown
      refused = thrown
    }
  }
  const actor = definePlugin({
    name: 'actor',
    apply({ hooks }) {
      if (!at) return
      const hook = (hooks as Hooks)[at.hook] as unknown as { tap: AnyTap; tapPromise?: AnyTap }
      const isNow = () => ++calls === at.call
      const fn = () => {
        if (!isNow()) return undefined
        if (act === 'throw') throw new Error('the power is gone')
        if (act === 'abort') controller.abort('the test')
        return act === 'snapshot' ? keep(trainer) : undefined
      }
      if (hook.tapPromise) hook.tapPromise('actor', async () => void (await fn()))
      else hook.tap('actor', () => void fn())
    },
  })
  const trainer: Trainer = new Trainer({
    maxEpochs: 3,
    validateEvery: { steps: 3 },
    ...options,
    plugins: [judge(seen), actor, ...(life.plugins ?? [])],
  })
  if (act === 'throw') trainer.hooks.error.tapPromise('test', () => keep(trainer))
  if (act === 'abort')
    trainer.hooks.save.tapPromise('test', async ({ reason }) => {
      if (reason === 'interrupted') await keep(trainer)
    })
  // shuffledLine has another order in each epoch for numbers that 5 does not divide.
  const data = life.data ?? (() => ({ train: shuffledLine(4), validation: shuffledLine(3, 5) }))
  const { signal } = controller
  try {
    const fit = trainer.fit(line, data, { signal, ...(resumeFrom && { resumeFrom }) })
    const result = await fit.then(
      ({ module: _, ...own }) => own,
      (error: Error) => error.message,
    )
    const weights = [...line.w.dataSync(), ...line.b.dataSync()]
    const { epoch, step, samples, validations } = trainer.state
    const counters = { epoch, step, samples, validations }
    const end = { result, weights, decisions: seen.decisions, counters }
    return { end, saved, refused, calls }
  } finally {
    expect(tf.memory().numTensors, 'tensors').toBe(before)
    line.dispose()
    await trainer.dispose()
  }
}

/** A snapshot after a round through text and bytes, as through a file. */
export function throughText({ meta, tensors }: Snapshot): Snapshot {
  const copies = Object.entries(tensors).map(([name, { dtype, shape, data }]) => [
    name,
    { dtype, shape, data: data.slice() },
  ])
  return { meta: JSON.parse(JSON.stringify(meta)), tensors: Object.fromEntries(copies) }
}
