import type { AutomaticModule, Counters, FitData, Json, Loader } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'

/**
 * The metrics of one epoch by their final names. A list gives one value for each batch, or for each
 * validation of the epoch under a name that begins with `val_`; the last one repeats.
 */
export type ScriptedEpoch = Readonly<
  Record<string, number | readonly number[] | undefined>
>

/** What is scripted. */
export interface ScriptOptions {
  /** One entry per epoch; the last one repeats. */
  readonly metrics: readonly ScriptedEpoch[]
  /** Batches of an epoch. */
  readonly batches: number
  readonly configureOptimizers?:
    | AutomaticModule<tf.Tensor>['configureOptimizers']
    | undefined
}

/** A module whose steps report scripted metrics, and its data. */
export interface Script {
  readonly module: AutomaticModule<tf.Tensor>
  readonly data: FitData<tf.Tensor>
  dispose(): void
}

const PREFIX = 'val_'

/**
 * Makes a module with one weight `w`, 0 at first. The gradient of its loss is always 1, so that the
 * default optimizer, SGD with rate 1, leaves `w` at minus the number of steps.
 *
 * @param counters those of the trainer, which say which validation it is
 */
export function createScript(options: ScriptOptions, counters: Counters): Script {
  const { metrics, batches, configureOptimizers = () => tf.train.sgd(1) } = options
  const w = tf.tidy(() => tf.variable(tf.scalar(0)))
  const train = scriptedLoader(batches, counters)
  const hasValidation = metrics.some((epoch) => Object.keys(epoch).some(isOfValidation))
  const entryOf = (epoch: number) => metrics[Math.min(epoch, metrics.length - 1)] ?? {}
  return {
    module: {
      trainingStep(_, { epoch, batch }) {
        const { loss = 1, ...others } = chosen(
          entryOf(epoch),
          batch,
          (name) => !isOfValidation(name),
        )
        return { ...others, loss: lossOf(w, loss) }
      },
      validationStep: hasValidation
        ? (_, { epoch }) => {
            const index = Math.max(0, counters.validations - train.firstValidation)
            const values = Object.entries(chosen(entryOf(epoch), index, isOfValidation))
            return Object.fromEntries(
              values.map(([name, value]) => [name.slice(PREFIX.length), value]),
            )
          }
        : undefined,
      testStep: () => ({ loss: 1 }),
      predictStep: (batch) => tf.add(batch, w),
      variables: () => ({ w }),
      configureOptimizers,
    },
    data: { train, ...(hasValidation ? { validation: oneBatch } : {}) },
    dispose: () => w.dispose(),
  }
}

/** One batch of one sample, made at each request. */
export const oneBatch: Loader<tf.Tensor> = {
  size: 1,
  *[Symbol.iterator]() {
    yield tf.tensor1d([1])
  },
}

function isOfValidation(name: string): boolean {
  return name.startsWith(PREFIX)
}

function chosen(
  entry: ScriptedEpoch,
  index: number,
  isWanted: (name: string) => boolean,
): Record<string, number> {
  const values: Record<string, number> = {}
  for (const [name, value] of Object.entries(entry)) {
    if (value === undefined || !isWanted(name)) continue
    values[name] = typeof value === 'number' ? value : nth(value, index)
  }
  return values
}

function nth(values: readonly number[], index: number): number {
  return values[Math.min(index, values.length - 1)] ?? Number.NaN
}

/** A scalar with the scripted value, whose gradient with respect to the weight is 1. */
function lossOf(w: tf.Variable, value: number): tf.Scalar {
  const scripted = tf.customGrad(() => ({
    value: tf.scalar(value),
    gradFunc: (dy: tf.Tensor) => dy.clone(),
  }))
  return scripted(w) as tf.Scalar
}

/** A resumable loader, which also knows how many validations were done before its epoch. */
function scriptedLoader(size: number, counters: Counters) {
  let batch = 0
  const loader = {
    size,
    firstValidation: 0,
    state: (): Json => ({ batch, firstValidation: loader.firstValidation }),
    restore(state: Json) {
      const saved = state as { batch: number; firstValidation: number }
      batch = saved.batch
      loader.firstValidation = saved.firstValidation
    },
    *[Symbol.iterator]() {
      if (batch === 0) loader.firstValidation = counters.validations
      try {
        while (batch < size) {
          batch++
          yield tf.tensor1d([1])
        }
      } finally {
        batch = 0
      }
    },
  }
  return loader
}
