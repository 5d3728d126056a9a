import '@tensorflow/tfjs-backend-cpu'
import {
  type AutomaticModule,
  definePlugin,
  type LoggerService,
  type PluginEntry,
  type Report,
  Trainer,
  type TrainerOptions,
} from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'

/** What a run is asked to do. */
export interface Training {
  readonly plugins: PluginEntry
  readonly module?: Partial<AutomaticModule<tf.Tensor>>
  readonly options?: Partial<TrainerOptions>
  /** Called in each training step. */
  readonly inStep?: () => void
}

/** A trainer of one weight: two epochs of two batches of three samples, whose loss is the number of the step. */
export function training({ plugins, module: more, options, inStep }: Training) {
  const reports: Report[] = []
  let logger: LoggerService | undefined
  const observer = definePlugin({
    name: 'observer',
    apply: ({ provide, hooks, service }) => {
      provide('reporter', { report: (one) => void reports.push(one) })
      hooks.setup.tap('observer', () => {
        logger = service('logger')
      })
    },
  })
  const weight = tf.variable(tf.scalar(0))
  const module: AutomaticModule<tf.Tensor> = {
    trainingStep(_, { step }) {
      inStep?.()
      return tf.add(tf.mul(weight, 0), step) as tf.Scalar
    },
    validationStep: () => tf.scalar(7),
    testStep: () => tf.scalar(9),
    variables: () => ({ weight }),
    configureOptimizers: () => tf.train.sgd(0.1),
    ...more,
  }
  const trainer = new Trainer({
    ...{ maxEpochs: 2, sanityBatches: 0, logEvery: { steps: 1 } },
    plugins: [observer, plugins],
    ...options,
  })
  const batches = (size: number) =>
    function* () {
      for (let batch = 0; batch < size; batch++) yield tf.tensor1d([1, 2, 3])
    }
  const data = { train: batches(2), validation: batches(1) }
  return {
    trainer,
    module,
    data,
    logger: () => logger,
    lines: () => reports.filter(({ plugin }) => plugin).map(({ message }) => message),
    fit: (signal?: AbortSignal) => trainer.fit(module, data, signal ? { signal } : {}),
  }
}

/** A plugin that writes: its tap of `save` is asynchronous. */
export const saver = definePlugin({
  name: 'saver',
  apply: ({ hooks }) => hooks.save.tapPromise('saver', async () => {}),
})
