import type { AutomaticModule } from '@regimen/core'
import { layersModule } from '@regimen/core/layers'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { transformerBlock } from './transformer-block.js'

/** A batch of any model. */
export interface ModelBatch {
  readonly x: tf.Tensor
  readonly y: tf.Tensor
}

/** A model that is measured beside PyTorch; `models.py` has the same ones. */
export interface Model {
  readonly title: string
  readonly module: (optimizer: () => tf.Optimizer) => AutomaticModule<ModelBatch>
  readonly batch: (seed: number) => ModelBatch
}

export const models = {
  linear: {
    title: 'linear 8-1, B32, SGD',
    module: (optimizer) =>
      ofLayers([tfl.layers.dense({ units: 1, inputShape: [8] })], 'meanSquaredError', optimizer),
    batch: (seed) => ({ x: noise([32, 8], seed), y: noise([32, 1], seed + 50) }),
  },
  mlp: {
    title: 'MLP 784-256-256-10, B128, Adam',
    module: (optimizer) =>
      ofLayers(
        [
          tfl.layers.dense({ units: 256, activation: 'relu', inputShape: [784] }),
          tfl.layers.dense({ units: 256, activation: 'relu' }),
          tfl.layers.dense({ units: 10, activation: 'softmax' }),
        ],
        'categoricalCrossentropy',
        optimizer,
      ),
    batch: (seed) => ({ x: noise([128, 784], seed), y: classes(128, seed) }),
  },
  convnet: {
    title: 'Keras MNIST convnet with dropout, B128, Adam',
    module: (optimizer) =>
      ofLayers(
        [
          tfl.layers.conv2d({
            filters: 32,
            kernelSize: 3,
            activation: 'relu',
            inputShape: [28, 28, 1],
          }),
          tfl.layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
          tfl.layers.maxPooling2d({ poolSize: 2 }),
          tfl.layers.dropout({ rate: 0.25 }),
          tfl.layers.flatten(),
          tfl.layers.dense({ units: 128, activation: 'relu' }),
          tfl.layers.dropout({ rate: 0.5 }),
          tfl.layers.dense({ units: 10, activation: 'softmax' }),
        ],
        'categoricalCrossentropy',
        optimizer,
      ),
    batch: (seed) => ({ x: noise([128, 28, 28, 1], seed), y: classes(128, seed) }),
  },
  lstm: {
    title: 'Embedding(5000, 32) + LSTM64, T64, B32, Adam',
    module: (optimizer) =>
      ofLayers(
        [
          tfl.layers.embedding({ inputDim: 5000, outputDim: 32, inputLength: 64 }),
          tfl.layers.lstm({ units: 64, recurrentActivation: 'sigmoid' }),
          tfl.layers.dense({ units: 1, activation: 'sigmoid' }),
        ],
        'binaryCrossentropy',
        optimizer,
      ),
    batch: (seed) => ({
      x: tf.tidy(() => tf.cast(tf.floor(tf.mul(uniform([32, 64], seed), 5000)), 'int32')),
      y: tf.tidy(() => tf.round(uniform([32, 1], seed + 50))),
    }),
  },
  transformer: {
    title: 'transformer block d128 h4 ff512, T64, B16, Adam',
    module: (optimizer) => {
      const block = transformerBlock({ width: 128, heads: 4, hidden: 512 })
      return {
        trainingStep: ({ x, y }) => tf.losses.meanSquaredError(y, block.output(x)) as tf.Scalar,
        variables: () => block.variables,
        configureOptimizers: optimizer,
      }
    },
    batch: (seed) => ({ x: noise([16, 64, 128], seed), y: noise([16, 64, 128], seed + 50) }),
  },
} satisfies Readonly<Record<string, Model>>

export type ModelName = keyof typeof models

/** The models that take more than the host's own time. */
export const netNames = ['mlp', 'convnet', 'lstm', 'transformer'] as const

function ofLayers(
  layers: tfl.layers.Layer[],
  loss: string,
  optimizer: () => tf.Optimizer,
): AutomaticModule<ModelBatch> {
  return layersModule(tfl.sequential({ layers }), { loss, optimizer })
}

function uniform(shape: number[], seed: number): tf.Tensor {
  return tf.randomUniform(shape, 0, 1, 'float32', seed)
}

function noise(shape: number[], seed: number): tf.Tensor {
  return tf.randomUniform(shape, -1, 1, 'float32', seed)
}

function classes(rows: number, seed: number): tf.Tensor {
  return tf.tidy(() => {
    const labels = tf.cast(tf.floor(tf.mul(uniform([rows], seed + 50), 10)), 'int32')
    return tf.cast(tf.oneHot(labels as tf.Tensor1D, 10), 'float32')
  })
}
