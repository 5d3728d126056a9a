import type { AutomaticModule } from '@regimen/core'
import { type LayersBatch, layersModule } from '@regimen/core/layers'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { transformerBlock } from './transformer-block.js'

/** The models whose steps are measured on every engine. */
export const modelNames = ['mlp', 'convnet', 'lstm', 'transformer'] as const
export type ModelName = (typeof modelNames)[number]

/** A model with its weights, and one batch of its own. All train with Adam. */
export interface BenchModel {
  readonly module: AutomaticModule<LayersBatch>
  readonly batch: LayersBatch
  dispose(): void
}

/** What a model is called in a table. */
export const modelTitles: Readonly<Record<ModelName, string>> = {
  mlp: 'MLP 784-256-256-10, B128',
  convnet: 'Keras MNIST convnet with dropout, B128',
  lstm: 'Embedding(5000, 32) + LSTM64, T64, B32',
  transformer: 'transformer block d128 h4 ff512 T64 B16',
}

/** Makes a model with new weights on the current engine. */
export const makeModel: Readonly<Record<ModelName, () => BenchModel>> = {
  mlp: () =>
    classifier(uniform([128, 784]), [
      layers.dense({ units: 256, activation: 'relu', inputShape: [784] }),
      layers.dense({ units: 256, activation: 'relu' }),
      layers.dense({ units: 10 }),
    ]),
  convnet: () =>
    classifier(uniform([128, 28, 28, 1]), [
      layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
      layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.dropout({ rate: 0.25 }),
      layers.flatten(),
      layers.dense({ units: 128, activation: 'relu' }),
      layers.dropout({ rate: 0.5 }),
      layers.dense({ units: 10 }),
    ]),
  lstm: () =>
    classifier(tf.randomUniform([32, 64], 0, 5000, 'int32', 1), [
      layers.embedding({ inputDim: 5000, outputDim: 32, inputLength: 64 }),
      layers.lstm({ units: 64 }),
      layers.dense({ units: 10 }),
    ]),
  transformer: () => {
    const block = transformerBlock({ width: 128, heads: 4, hidden: 512 })
    const batch = { x: uniform([16, 64, 128]), y: uniform([16, 64, 128]) }
    return {
      batch,
      module: {
        trainingStep: () => tf.losses.meanSquaredError(batch.y, block.output(batch.x)) as tf.Scalar,
        variables: () => block.variables,
        configureOptimizers: adam,
      },
      dispose: () => tf.dispose([block.variables, batch]),
    }
  },
}

const { layers } = tfl
const adam = () => tf.train.adam(0.001)

function classifier(x: tf.Tensor, list: readonly tfl.layers.Layer[]): BenchModel {
  const model = tfl.sequential({ layers: [...list] })
  const rows = x.shape[0] as number
  const y = tf.tidy(() => tf.oneHot(tf.randomUniform([rows], 0, 10, 'int32', 2), 10))
  const loss = (target: tf.Tensor, output: tf.Tensor) =>
    tf.losses.softmaxCrossEntropy(target, output)
  return {
    module: layersModule(model, { loss, optimizer: adam }),
    batch: { x, y },
    dispose() {
      model.dispose()
      tf.dispose([x, y])
    },
  }
}

function uniform(shape: number[]): tf.Tensor {
  return tf.randomUniform(shape, -1, 1, 'float32', 1)
}
