import type { Optimizer } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import type { DataSource, LoaderTraits } from './data/batch-source.js'
import { fail } from './floor/errors.js'
import type { RunInfo } from './hooks/run-info.js'
import type { AutomaticModule } from './module/modules.js'
import { definePlugin, type PluginEntry } from './plugins/plugin.js'
import type { FitResult } from './run/fit-result.js'
import { isOptimizer } from './state/optimizer-slots.js'
import { Trainer } from './trainer.js'

/** How a trial trains. */
export interface TrialOptions {
  /** What to train on. */
  readonly train: DataSource<unknown>
  /** Steps after which it ends. */
  readonly maxSteps: number
  /** Plugins of the trial; those of the run have no part in it. */
  readonly plugins?: PluginEntry
  /** Ends it early. */
  readonly signal?: AbortSignal
}

/**
 * Trains the module of a run for some steps on the side, as a plugin may in `fitStart`, and puts back what it
 * has changed: weights, the position of the data, `Math.random`. It has optimizers of its own, and random
 * numbers that are the same each time.
 *
 * @throws what the fit throws; REG_DATA_INVALID for data that can be used only once
 */
export async function trialFit(run: RunInfo, options: TrialOptions): Promise<FitResult> {
  const { train, signal, maxSteps, plugins } = options
  if ('next' in Object(train)) fail('REG_DATA_INVALID.once', { place: 'data.train' })
  const restoreWeights = heldWeights(run)
  const restoreLoader = heldPosition(train)
  const trainer = new Trainer({
    maxEpochs: Number.POSITIVE_INFINITY,
    maxSteps,
    sanityBatches: 0,
    logEvery: { steps: 0 },
    plugins: [silence, sameNumbers(), plugins],
  })
  try {
    const data = { train: train as DataSource<tf.Tensor> }
    return await trainer.fit(trialModule(run), data, signal && { signal })
  } finally {
    await trainer.dispose()
    restoreLoader()
    restoreWeights()
  }
}

/** The module without what a second run would do again: it trains the same variables. */
function trialModule(run: RunInfo): AutomaticModule<tf.Tensor> {
  const module = run.module as AutomaticModule<tf.Tensor>
  return {
    automaticOptimization: module.automaticOptimization,
    trainingStep: (batch, context) => module.trainingStep(batch, context),
    variables: () => run.variables,
    configureOptimizers() {
      const made = module.configureOptimizers()
      const byName: Readonly<Record<string, Optimizer>> = isOptimizer(made)
        ? { main: made }
        : (made as Readonly<Record<string, Optimizer>>)
      const used = Object.values(run.optimizers)
      const entries = Object.entries(byName).map(([name, optimizer]) => [
        name,
        used.includes(optimizer) ? copyOf(optimizer, name) : optimizer,
      ])
      return Object.fromEntries(entries)
    },
  }
}

/** Another optimizer with the same configuration and no state. @throws REG_OPTIMIZER_INVALID */
function copyOf(optimizer: Optimizer, name: string): Optimizer {
  const type = optimizer.constructor as Partial<typeof tf.Optimizer>
  const copy = type.fromConfig?.(
    type as Parameters<typeof tf.Optimizer.fromConfig>[0],
    optimizer.getConfig(),
  ) as Optimizer | undefined
  return copy ?? fail('REG_OPTIMIZER_INVALID.instance', { optimizer: name })
}

/** Holds the storage of all variables. @returns a function that gives it back, bit for bit */
function heldWeights({ variables }: RunInfo): () => void {
  const held = Object.values(variables).map(
    (variable) => [variable, variable.trainable, tf.keep(variable.clone())] as const,
  )
  return () => {
    for (const [variable, trainable, own] of held) {
      variable.assign(own)
      variable.trainable = trainable
      own.dispose()
    }
  }
}

/** @returns a function that puts a loader back where it is now */
function heldPosition(source: DataSource<unknown>): () => void {
  if (typeof source === 'function') return () => undefined
  const loader = source as LoaderTraits
  const state = loader.state?.()
  return () => {
    if (state !== undefined) loader.restore?.(state)
  }
}

/** What a trial has to say is said by who tries. */
const silence = definePlugin({
  name: 'trial-silence',
  apply({ provide }) {
    provide('reporter', { report: () => undefined })
  },
})

/** Gives the user's code random numbers that are the same in each trial, and leaves `Math.random` as it is. */
function sameNumbers() {
  return definePlugin({
    name: 'trial-numbers',
    apply({ aroundSync }) {
      let state = 1
      const next = () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        return state / 2 ** 32
      }
      aroundSync((_, __, call) => {
        const { random } = Math
        Math.random = next
        try {
          return call()
        } finally {
          Math.random = random
        }
      })
    },
  })
}
