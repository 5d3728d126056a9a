import '@tensorflow/tfjs-backend-cpu'
import type { AutomaticModule } from '@regimen/core'
import { type ArrayLoader, arrayLoader, type Batch } from '@regimen/data'
import * as tf from '@tensorflow/tfjs-core'

type Columns = { x: Float32Array | { data: Float32Array; shape: number[] }; y: Float32Array }
/** x [n, 2] and y [n]. */
export type NetBatch = Batch<Columns>

/** A net of two layers with its weights at hand. */
export interface Net extends AutomaticModule<NetBatch> {
  readonly weights: Record<string, tf.Variable>
  dispose(): void
}

const SHAPES = {
  'hidden/kernel': [2, 4],
  'hidden/bias': [4],
  'out/kernel': [4, 1],
  'out/bias': [1],
}

/** Weights that are the same in every process; Adam. */
export function net(overrides: Partial<AutomaticModule<NetBatch>> = {}): Net {
  const weights = Object.fromEntries(
    Object.entries(SHAPES).map(([name, shape], seed) => [
      name,
      tf.tidy(() => tf.variable(tf.tensor(numbers(sizeOf(shape), seed + 1), shape))),
    ]),
  )
  const w = (name: keyof typeof SHAPES) => weights[name] as tf.Variable
  const output = ({ x }: NetBatch) => {
    const hidden = tf.tanh(
      tf.add(tf.matMul(x as tf.Tensor2D, w('hidden/kernel') as tf.Tensor2D), w('hidden/bias')),
    )
    return tf.add(tf.matMul(hidden as tf.Tensor2D, w('out/kernel') as tf.Tensor2D), w('out/bias'))
  }
  const lossOf = (batch: NetBatch) =>
    tf.losses.meanSquaredError(batch.y, tf.reshape(output(batch), [-1])) as tf.Scalar
  return {
    trainingStep: lossOf,
    validationStep: (batch) => ({ loss: lossOf(batch) }),
    testStep: (batch) => ({ loss: lossOf(batch) }),
    predictStep: output,
    variables: () => weights,
    configureOptimizers: () => tf.train.adam(0.01),
    ...overrides,
    weights,
    dispose: () => tf.dispose(weights),
  }
}

/** Rows of a curve, in batches of `batchSize`, shuffled with a seed. */
export function curve(
  rows: number,
  { batchSize = 4, shuffle = true, seed = 7 } = {},
): ArrayLoader<NetBatch> {
  const data = numbers(rows * 2, seed)
  const y = Float32Array.from({ length: rows }, (_, row) => Math.sin(3 * (data[2 * row] ?? 0)))
  const options = { batchSize, shuffle, ...(shuffle && { seed }) }
  return arrayLoader({ x: { data, shape: [rows, 2] }, y }, options) as ArrayLoader<NetBatch>
}

/** Numbers in [-1, 1) that depend on the seed alone. */
export function numbers(length: number, seed: number): Float32Array {
  let state = seed * 2654435761
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  })
}

/** The values of all weights, as plain numbers. */
export function valuesOf({ weights }: Net): Record<string, number[]> {
  return Object.fromEntries(Object.entries(weights).map(([name, w]) => [name, [...w.dataSync()]]))
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}
