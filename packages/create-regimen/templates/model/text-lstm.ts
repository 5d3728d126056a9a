import { layersModule } from '@regimen/core/layers'
import { adam } from '@regimen/optimizers'
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers'
import { classes, inputShape } from './data.js'

/** An LSTM: the characters of a window to a probability for each that may come next. */
export function model(): LayersModel {
  return sequential({
    layers: [
      layers.embedding({ inputShape, inputDim: classes, outputDim: 32 }),
      layers.lstm({ units: 96 }),
      layers.dropout({ rate: 0.2 }),
      layers.dense({ units: classes, activation: 'softmax' }),
    ],
  })
}

/** The model with what it is trained by. Its metrics are `loss` and `accuracy`. */
export function module() {
  return layersModule(model(), {
    loss: 'sparseCategoricalCrossentropy',
    optimizer: () => adam({ learningRate: 5e-3 }),
    metrics: ['accuracy'],
  })
}
