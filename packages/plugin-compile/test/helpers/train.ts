import { wasm } from '@regimen/backend-wasm'
import {
  definePlugin,
  type Plugin,
  type Report,
  type Snapshot,
  Trainer,
  type TrainerOptions,
  type TrainingModule,
} from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'

/** A batch of 5 rows unless it says so. */
export interface Pair {
  readonly x: tf.Tensor2D
  readonly y: tf.Tensor2D
}

/** Numbers in [-1, 1) that are the same in every run. */
export function numbers(length: number, seed = 1): Float32Array {
  let state = seed * 2654435761
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return state / 2 ** 31
  })
}

/** Batches of rows x `[rows, 3]` and y `[rows, 2]`, the same in every run. */
export function pairs(rows: readonly number[]): () => Iterable<Pair> {
  return function* () {
    for (const [i, count] of rows.entries()) {
      const x = tf.tensor2d(numbers(count * 3, i + 1), [count, 3])
      yield { x, y: tf.tensor2d(numbers(count * 2, i + 50), [count, 2]) }
    }
  }
}

/** A net of two layers, its variables made by `setup`. */
export function net() {
  const variables: Record<string, tf.Variable> = {}
  const make = (name: string, shape: number[], seed: number) => {
    const size = tf.util.sizeFromShape(shape)
    variables[name] ??= tf.tidy(() => tf.variable(tf.tensor(numbers(size, seed), shape)))
  }
  return {
    setup() {
      make('w1', [3, 7], 7)
      make('b1', [7], 8)
      make('w2', [7, 2], 9)
    },
    variables,
    output(x: tf.Tensor): tf.Tensor {
      const { w1, b1, w2 } = variables as Record<'w1' | 'b1' | 'w2', tf.Tensor2D>
      return tf.matMul(tf.relu(tf.add(tf.matMul(x as tf.Tensor2D, w1), b1)) as tf.Tensor2D, w2)
    },
  }
}

/** A module of {@link net} with a mean squared error, changed by `parts`. */
export function regression(parts: Partial<TrainingModule<Pair>> = {}) {
  const { setup, variables, output } = net()
  const loss = ({ x, y }: Pair) => tf.mean(tf.square(tf.sub(output(x), y)))
  const module = {
    setup,
    trainingStep: loss,
    variables: () => variables,
    configureOptimizers: () => tf.train.adam(0.01),
    ...parts,
  } as TrainingModule<Pair>
  return { module, loss, variables, output }
}

/** What a run left. */
export interface Outcome {
  readonly weights: Record<string, number[]>
  readonly texts: readonly string[]
  readonly losses: readonly number[]
  readonly snapshot: Snapshot
}

/** Trains and says what came of it. Every variable is disposed of. */
export async function train(
  { module, variables }: Pick<ReturnType<typeof regression>, 'module' | 'variables'>,
  {
    plugins = [],
    rows = Array.from({ length: 12 }, () => 5),
    batches = pairs(rows),
    resumeFrom,
    ...options
  }: TrainerOptions & {
    rows?: readonly number[]
    batches?: () => Iterable<Pair>
    resumeFrom?: Snapshot
  } = {},
): Promise<Outcome> {
  const texts: string[] = []
  const losses: number[] = []
  const watch = definePlugin({
    name: 'watch',
    apply({ hooks, provide }) {
      provide('reporter', { report: ({ message }: Report) => void texts.push(message) })
      hooks.batchEnd.tapPromise('watch', async ({ metrics, outcome }) => {
        if (outcome !== 'failed') losses.push(await metrics.get('loss'))
      })
    },
  })
  const trainer = new Trainer({
    maxEpochs: 2,
    ...options,
    plugins: [watch, wasm(), plugins] as Plugin[],
  })
  try {
    await trainer.fit(module, { train: batches }, resumeFrom ? { resumeFrom } : {})
    const weights = Object.fromEntries(
      Object.entries(variables).map(([name, variable]) => [name, [...variable.dataSync()]]),
    )
    return { weights, texts, losses, snapshot: await trainer.snapshot() }
  } finally {
    await trainer.dispose()
    for (const name of Object.keys(variables)) {
      variables[name]?.dispose()
      delete variables[name]
    }
  }
}
