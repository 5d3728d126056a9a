import { layersModule } from '@regimen/core/layers'
import { adam } from '@regimen/optimizers'
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers'
import { classes, inputShape } from './data.js'

/** Two dense layers: images to a probability for each digit. */
export function model(): LayersModel {
  return sequential({
    layers: [
      layers.flatten({ inputShape }),
      layers.dense({ units: 128, activation: 'relu' }),
      layers.dropout({ rate: 0.2 }),
      layers.dense({ units: classes, activation: 'softmax' }),
    ],
  })
}

/** The model with what it is trained by. Its metrics are `loss` and `accuracy`. */
export function module() {
  return layersModule(model(), {
    loss: 'sparseCategoricalCrossentropy',
    optimizer: () => adam({ learningRate: 1e-3 }),
    metrics: ['accuracy'],
  })
}
