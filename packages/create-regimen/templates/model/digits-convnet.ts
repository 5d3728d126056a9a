import { layersModule } from '@regimen/core/layers'
import { adam } from '@regimen/optimizers'
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers'
import { classes, inputShape } from './data.js'

/** A convolutional net: images to a probability for each digit. */
export function model(): LayersModel {
  return sequential({
    layers: [
      layers.conv2d({ inputShape, filters: 16, kernelSize: 5, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 32, kernelSize: 5, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dropout({ rate: 0.4 }),
      layers.dense({ units: 64, activation: 'relu' }),
      layers.dense({ units: classes, activation: 'softmax' }),
    ],
  })
}

/** The model with what it is trained by. Its metrics are `loss` and `accuracy`. */
export function module() {
  return layersModule(model(), {
    loss: 'sparseCategoricalCrossentropy',
    optimizer: () => adam({ learningRate: 2e-3 }),
    metrics: ['accuracy'],
  })
}
