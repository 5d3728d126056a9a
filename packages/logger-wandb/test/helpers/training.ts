import '@tensorflow/tfjs-backend-cpu'
import type { AutomaticModule, Json, Plugin, Report } from '@regimen/core'
import { definePlugin, type RecordContent, Trainer, type TrainerOptions } from '@regimen/core'
import type { LoggerHandle } from '@regimen/logger-kit'
import * as tf from '@tensorflow/tfjs-core'

/** What a run was asked to do. */
export interface Training {
  readonly plugins: readonly Plugin[]
  readonly steps?: number
  readonly rootDir: string
  /** Values of each step beside the loss. */
  readonly metrics?: (step: number) => Readonly<Record<string, number>>
  readonly hparams?: Readonly<Record<string, Json>>
  readonly options?: Partial<TrainerOptions>
}

/** A trainer of one weight, whose loss is the number of the step; what loggers report is kept. */
export function training(run: Training) {
  const { plugins, steps = 3, rootDir, metrics = () => ({}), hparams, options } = run
  const reports: Report[] = []
  let logger: LoggerHandle | undefined
  const reporter = definePlugin({
    name: 'reports',
    apply: ({ provide, hooks, service }) => {
      provide('reporter', { report: (one) => void reports.push(one) })
      hooks.setup.tap('reports', () => {
        logger = service('logger') as LoggerHandle | undefined
      })
    },
  })
  const weight = tf.variable(tf.scalar(0))
  const module: AutomaticModule<tf.Tensor> = {
    trainingStep: (_, { step }) => ({
      loss: tf.add(tf.mul(weight, 0), step) as tf.Scalar,
      ...metrics(step),
    }),
    testStep: () => tf.scalar(7),
    variables: () => ({ weight }),
    configureOptimizers: () => tf.train.sgd(0.1),
    ...(hparams && { hparams }),
  }
  const trainer = new Trainer({
    maxEpochs: 1,
    logEvery: { steps: 1 },
    rootDir,
    plugins: [reporter, ...plugins],
    ...options,
  })
  const train = function* () {
    for (let step = 0; step < steps; step++) yield tf.tensor1d([1])
  }
  // What the run itself says, of a slow machine for one, is not the logger's.
  const lines = () => reports.filter(({ plugin }) => plugin).map(({ message }) => message)
  return {
    trainer,
    module,
    train,
    lines,
    logger: () => logger,
    fit: () => trainer.fit(module, { train }),
  }
}

/** Records something of another kind after the last step. */
export const recording = (...contents: RecordContent[]): Plugin =>
  definePlugin({
    name: 'recording',
    apply: ({ hooks, record }) => {
      hooks.epochEnd.tapPromise('recording', async () => {
        for (const content of contents) await record(content)
      })
    },
  })
