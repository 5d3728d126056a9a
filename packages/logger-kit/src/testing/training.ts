import {
  type AutomaticModule,
  definePlugin,
  type FitResult,
  type Json,
  type Plugin,
  type RecordContent,
  type Report,
  Trainer,
  type TrainerOptions,
} from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import type { LoggerHandle } from '../plugin/service.js'

/** What a run for the test of a logger is made of. */
export interface Training {
  /** The logger, and what else takes part. */
  readonly plugins: readonly Plugin[]
  /** Batches of the one epoch. Default 3. */
  readonly steps?: number
  /** Folder of spool and files. */
  readonly rootDir: string
  /** Metrics of each step beside the loss. */
  readonly metrics?: (step: number) => Readonly<Record<string, number>>
  readonly hparams?: Readonly<Record<string, Json>>
  readonly options?: Partial<TrainerOptions>
}

/** A run for the test of a logger. */
export interface TrainingRun {
  readonly trainer: Trainer
  readonly module: AutomaticModule<tf.Tensor>
  readonly train: () => Iterable<tf.Tensor1D>
  /** What plugins reported. What the run itself says, of a slow machine for one, is not the logger's. */
  lines(): string[]
  /** The service `logger` of the latest run. */
  logger(): LoggerHandle | undefined
  counts(): LoggerHandle['counts'] | undefined
  fit(): Promise<FitResult>
}

/**
 * A real trainer of one weight for tests of loggers: the loss of step n is n, a test returns 7. What is reported is kept.
 * The test registers the backend.
 *
 * @example
 * ```ts no-run
 * const { fit, lines, counts } = training({ plugins: [httpLogger({ url })], rootDir })
 * await fit()
 * ```
 */
export function training(run: Training): TrainingRun {
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
  return {
    trainer,
    module,
    train,
    lines: () => reports.filter(({ plugin }) => plugin).map(({ message }) => message),
    logger: () => logger,
    counts: () => logger?.counts,
    fit: (): Promise<FitResult> => trainer.fit(module, { train }),
  }
}

/** A plugin that records contents of other kinds at the end of the epoch. */
export const recording = (...contents: RecordContent[]): Plugin =>
  definePlugin({
    name: 'recording',
    apply: ({ hooks, record }) => {
      hooks.epochEnd.tapPromise('recording', async () => {
        for (const content of contents) await record(content)
      })
    },
  })
