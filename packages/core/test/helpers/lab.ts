import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { afterEach, beforeAll, beforeEach, expect } from 'vitest'
import {
  definePlugin,
  isRegimenError,
  type Plugin,
  type RegimenError,
  Trainer,
  type TrainerOptions,
} from '../../src/index.js'
import { type Recorder, recorder } from './recorder.js'

/** A trainer under observation: what it called, and what it said to a person. */
export interface Lab {
  readonly trainer: Trainer
  readonly seen: Recorder
  readonly reports: string[]
}

/** A trainer that records its hooks and reports; one epoch and no sanity check unless told otherwise. */
export function lab(options: TrainerOptions = {}): Lab {
  const seen = recorder()
  const reports: string[] = []
  const listener = definePlugin({
    name: 'listener',
    apply({ provide }) {
      provide('reporter', { report: ({ message }) => void reports.push(message) })
    },
  })
  const trainer = new Trainer({
    maxEpochs: 1,
    sanityBatches: 0,
    ...options,
    plugins: [seen.plugin, listener, options.plugins ?? []],
  })
  return { trainer, seen, reports }
}

/** A plugin of a few lines. */
export function plugin(name: string, apply: Plugin['apply'], more: Partial<Plugin> = {}): Plugin {
  return definePlugin({ name, ...more, apply: apply as () => void })
}

/** What a promise was rejected with, which must be an error with a code. */
export async function rejection(promise: Promise<unknown>): Promise<RegimenError> {
  const thrown: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(isRegimenError(thrown), `rejected with ${String(thrown)}`).toBe(true)
  return thrown as RegimenError
}

/** What a function threw, which must be an error with a code. */
export async function thrownBy(run: () => unknown): Promise<RegimenError> {
  return rejection(Promise.resolve().then(run))
}

/** Runs something that must end with as many tensors as it began with. */
export async function withoutLeak<T>(run: () => Promise<T>): Promise<T> {
  const before = tf.memory().numTensors
  const result = await run()
  expect(tf.memory().numTensors, 'tensors').toBe(before)
  return result
}

/** Uses the cpu backend, and looks after each test whether it left as many tensors as it found. */
export function onCpu(): void {
  let before = 0
  beforeAll(async () => void (await tf.setBackend('cpu')))
  beforeEach(() => {
    before = tf.memory().numTensors
  })
  afterEach(({ task }) => {
    if (task.result?.state !== 'fail') expect(tf.memory().numTensors, 'tensors').toBe(before)
  })
}
