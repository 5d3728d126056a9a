import type { AutomaticModule, FitData, Loader } from '@regimen/core'
import { arrayLoader, type Batch } from '@regimen/data'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'

/** A network that draws random numbers wherever it can, and what it drew. */
export interface NoisyNet extends AutomaticModule<Batch> {
  /** First values of each hidden layer's dropout mask, step by step. */
  readonly masks: number[][]
  /** The first column of each training batch. */
  readonly batches: number[][]
  /** What each validation or test step drew. */
  readonly evaluated: number[]
  weights(): number[][]
  dispose(): void
}

const HIDDEN = 6

/** Makes a net of two layers: unseeded initializers, dropout in training, noise in evaluation, Adam. */
export function noisyNet(): NoisyNet {
  const hidden = tf.tidy(() => tf.variable(tf.truncatedNormal([2, HIDDEN])))
  const output = tf.tidy(() => tf.variable(tf.randomUniform([HIDDEN, 1], -1, 1)))
  const masks: number[][] = []
  const batches: number[][] = []
  const evaluated: number[] = []
  const lossOf = ({ x, y }: Batch, mask?: tf.Tensor): tf.Scalar => {
    const layer = tf.tanh(tf.matMul(x as tf.Tensor2D, hidden as tf.Tensor2D))
    const dropped = mask ? tf.mul(layer, mask) : layer
    return tf.losses.meanSquaredError(y as tf.Tensor, tf.matMul(dropped, output as tf.Tensor2D))
  }
  return {
    masks,
    batches,
    evaluated,
    trainingStep(batch) {
      const mask = tf.dropout(tf.ones([batch.x?.shape[0] as number, HIDDEN]), 0.5)
      masks.push([...mask.dataSync()])
      batches.push([...(batch.x as tf.Tensor).dataSync()])
      return lossOf(batch, mask)
    },
    validationStep(batch) {
      const noise = tf.randomNormal([1])
      evaluated.push(noise.dataSync()[0] as number)
      return { loss: lossOf(batch), noise }
    },
    testStep(batch) {
      evaluated.push(Math.random())
      return { loss: lossOf(batch) }
    },
    predictStep() {
      return Math.random()
    },
    variables: () => ({ hidden, output }),
    configureOptimizers: () => tf.train.adam(0.05),
    weights: () => [hidden, output].map((one) => [...one.dataSync()]),
    dispose: () => tf.dispose([hidden, output]),
  }
}

const ROWS = 14
const x = Array.from({ length: ROWS }, (_, row) => [row / ROWS, ((row * 5) % ROWS) / ROWS])
const y = x.map(([a = 0, b = 0]) => [2 * a - b])

/** Four batches of 4, 4, 4 and 2 rows in an order that nobody gave a seed for. */
export const shuffledRows = () => arrayLoader({ x, y }, { batchSize: 4, shuffle: true })

/** A loader with a position, which adds noise of its own to each batch that it makes. */
export function noisyRows(): Loader<Batch> {
  const rows = shuffledRows()
  return {
    size: rows.size,
    state: () => ({ ...rows.state() }),
    restore: (state) => rows.restore(state),
    [Symbol.iterator]() {
      const iterator = rows[Symbol.iterator]()
      const next = (): IteratorResult<Batch> => {
        const { done, value } = iterator.next()
        return done ? { done, value } : { done: false, value: withNoise(value) }
      }
      return { next, return: () => ({ done: true, value: undefined }) }
    },
  }
}

/** One without size and position: made anew per epoch, shuffled when it is opened, noise on the way. */
export function* generatedRows(): Generator<Batch> {
  const order = [...tf.util.createShuffledIndices(ROWS)]
  for (let start = 0; start < ROWS; start += 4) {
    const rows = order.slice(start, start + 4)
    const pick = (table: readonly (readonly number[])[]) =>
      tf.tensor2d(rows.map((row) => [...(table[row] as number[])]))
    yield withNoise({ x: pick(x), y: pick(y) })
  }
}

/** Training and validation data with a shuffle that has no seed. */
export function shuffledData(): FitData<Batch> {
  return { train: shuffledRows(), validation: arrayLoader({ x, y }, { batchSize: 7 }) }
}

function withNoise({ x, y }: Batch): Batch {
  const moved = tf.tidy(() => tf.add(x as tf.Tensor, tf.randomUniform([1], 0, 0.01)))
  x?.dispose()
  return { x: moved, y: y as tf.Tensor }
}
