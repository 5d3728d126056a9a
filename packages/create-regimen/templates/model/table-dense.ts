import { layersModule } from '@regimen/core/layers'
import { adam } from '@regimen/optimizers'
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers'
import { classes, inputShape } from './data.js'

/** Two dense layers: the columns of a row to a probability for each class. */
export function model(): LayersModel {
  return sequential({
    layers: [
      layers.batchNormalization({ inputShape }),
      layers.dense({ units: 16, activation: 'relu' }),
      layers.dense({ units: classes, activation: 'softmax' }),
    ],
  })
}

/** The model with what it is trained by. Its metrics are `loss` and `accuracy`. */
export function module() {
  return layersModule(model(), {
    loss: 'sparseCategoricalCrossentropy',
    optimizer: () => adam({ learningRate: 1e-2 }),
    metrics: ['accuracy'],
  })
}
