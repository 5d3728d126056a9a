import { Trainer, type TrainerOptions } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { collector } from '../run-plugin.js'
import type { TriedLoader } from './reading.js'

interface Scenario {
  readonly options?: TrainerOptions
  /** Called in each step with its number, from 1. */
  readonly inStep?: (step: number, controller: AbortController) => void
  readonly fails?: string
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'a run of two epochs': {},
  'a run of one batch per epoch': { options: { limitBatches: { train: 1 } } },
  'a run of one step': { options: { maxSteps: 1 } },
  'an error in the first step': {
    inStep: () => {
      throw new Error('a step fails on purpose')
    },
    fails: 'on purpose',
  },
  'an abort in the first step': { inStep: (_, controller) => controller.abort() },
}

/** Trains on the loader with the real trainer: to the end, limited, failing, aborted. */
export function trainerScenarios(factory: () => TriedLoader | Promise<TriedLoader>) {
  return async (_: unknown, fail: (text: string) => void): Promise<void> => {
    for (const [what, scenario] of Object.entries(SCENARIOS)) {
      const before = tf.memory().numTensors
      const error = await failureOf(await factory(), scenario)
      const isMeant =
        scenario.fails === undefined
          ? error === undefined
          : error?.includes(scenario.fails)
      if (!isMeant) fail(`${what} ends with ${error ?? 'no error'}`)
      const left = tf.memory().numTensors - before
      if (left !== 0) fail(`${what} leaves ${left} tensors`)
    }
  }
}

async function failureOf(
  loader: TriedLoader,
  { options, inStep }: Scenario,
): Promise<string | undefined> {
  const controller = new AbortController()
  const w = tf.tidy(() => tf.variable(tf.scalar(1)))
  const trainer = new Trainer({
    maxEpochs: 2,
    ...options,
    plugins: [collector(() => undefined)],
  })
  let step = 0
  const module = {
    trainingStep: () => {
      inStep?.(++step, controller)
      return tf.square(w) as tf.Scalar
    },
    variables: () => ({ w }),
    configureOptimizers: () => tf.train.sgd(0.1),
  }
  try {
    await trainer.fit(module, { train: loader }, { signal: controller.signal })
    return undefined
  } catch (thrown) {
    return String(thrown)
  } finally {
    await trainer.dispose()
    w.dispose()
  }
}
