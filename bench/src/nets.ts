import * as tf from '@tensorflow/tfjs-core'

/** A batch as both loops are given it: made once, before anything is timed. */
export interface Batch {
  /** `[batchSize, features]` */
  readonly x: tf.Tensor2D
  /** `[batchSize, outputs]` */
  readonly y: tf.Tensor2D
}

/** Sizes of a net: one dense layer from each width to the next, relu between them. */
export interface NetSpec {
  readonly widths: readonly number[]
  readonly batchSize: number
  readonly task: 'regression' | 'classification'
  readonly optimizer: () => tf.Optimizer
}

/** The two nets that are measured. */
export const linear: NetSpec = {
  widths: [8, 1],
  batchSize: 32,
  task: 'regression',
  optimizer: () => tf.train.sgd(0.01),
}
export const mlp: NetSpec = {
  widths: [784, 256, 256, 10],
  batchSize: 128,
  task: 'classification',
  optimizer: () => tf.train.adam(0.001),
}

/** What a step computes: the loss and, where they are asked for, two metrics. All scalars. */
export interface StepValues {
  readonly loss: tf.Scalar
  readonly metrics: Readonly<Record<string, tf.Scalar>>
}

/** A net with its own weights. Two of one spec start with equal ones. */
export interface Net {
  readonly spec: NetSpec
  /** Kernel, bias, kernel, bias … from the first layer to the last. */
  readonly variables: readonly tf.Variable[]
  /** The loss of a batch. To be called inside the tape. */
  readonly loss: (batch: Batch) => tf.Scalar
  /** The same, and two metrics. */
  readonly lossAndMetrics: (batch: Batch) => StepValues
  dispose(): void
}

/** Makes a net in raw ops, as both the hand-written loop and Regimen's module run it. */
export function createNet(spec: NetSpec): Net {
  const variables = initialWeights(spec).map((weight) => {
    const variable = tf.variable(weight)
    weight.dispose()
    return variable
  })
  const { forward, lossOf, metricsOf } = {
    forward: (x: tf.Tensor2D) => denseLayers(x, variables),
    ...(spec.task === 'regression' ? regression : classification),
  }
  return {
    spec,
    variables,
    loss: ({ x, y }) => lossOf(forward(x), y),
    lossAndMetrics: ({ x, y }) => {
      const output = forward(x)
      return { loss: lossOf(output, y), metrics: metricsOf(output, y) }
    },
    dispose() {
      for (const variable of variables) variable.dispose()
    },
  }
}

/** The weights a net of a spec starts with, equal in every call. The caller disposes of them. */
export function initialWeights({ widths }: NetSpec): tf.Tensor[] {
  const weights: tf.Tensor[] = []
  for (let layer = 1; layer < widths.length; layer++) {
    const [inputs, outputs] = [widths[layer - 1] as number, widths[layer] as number]
    const scale = Math.sqrt(2 / inputs)
    weights.push(tf.randomNormal([inputs, outputs], 0, scale, 'float32', layer))
    weights.push(tf.zeros([outputs]))
  }
  return weights
}

/** Random batches with targets that no weights fit, so that gradients do not vanish. */
export function createBatches(spec: NetSpec, count: number): Batch[] {
  const { widths, batchSize, task } = spec
  const [features, outputs] = [widths[0] as number, widths[widths.length - 1] as number]
  return Array.from({ length: count }, (_, index) =>
    tf.tidy(() => {
      const x = tf.randomUniform<tf.Rank.R2>([batchSize, features], -1, 1, 'float32', 100 + index)
      const shape: [number, number] = [batchSize, outputs]
      const noise = tf.randomUniform<tf.Rank.R2>(shape, -1, 1, 'float32', 200 + index)
      const y = task === 'regression' ? noise : tf.oneHot(tf.argMax(noise, 1), outputs)
      return { x, y: y as tf.Tensor2D }
    }),
  )
}

function denseLayers(x: tf.Tensor2D, variables: readonly tf.Variable[]): tf.Tensor2D {
  let output = x
  for (let index = 0; index < variables.length; index += 2) {
    const product = tf.matMul(output, variables[index] as tf.Variable<tf.Rank.R2>)
    const sum = tf.add<tf.Tensor2D>(product, variables[index + 1] as tf.Variable)
    output = index + 2 < variables.length ? tf.relu(sum) : sum
  }
  return output
}

const regression = {
  lossOf: (output: tf.Tensor2D, y: tf.Tensor2D): tf.Scalar =>
    tf.losses.meanSquaredError(y, output) as tf.Scalar,
  metricsOf: (output: tf.Tensor2D, y: tf.Tensor2D): StepValues['metrics'] => ({
    absoluteError: tf.mean(tf.abs(tf.sub(output, y))),
    meanOutput: tf.mean(output),
  }),
}
const classification = {
  lossOf: (output: tf.Tensor2D, y: tf.Tensor2D): tf.Scalar =>
    tf.losses.softmaxCrossEntropy(y, output) as tf.Scalar,
  metricsOf: (output: tf.Tensor2D, y: tf.Tensor2D): StepValues['metrics'] => ({
    accuracy: tf.mean(tf.cast(tf.equal(tf.argMax(output, 1), tf.argMax(y, 1)), 'float32')),
    meanOutput: tf.mean(output),
  }),
}
