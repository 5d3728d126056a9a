import { type LayersModule, layersModule } from '@regimen/core/layers'
import * as tf from '@tensorflow/tfjs-core'
import { digitNet } from './model.js'

/** The net with what it is trained by; its metrics are `loss` and `accuracy`. */
export function digitModule(): LayersModule {
  return layersModule(digitNet(), {
    loss: 'sparseCategoricalCrossentropy',
    optimizer: () => tf.train.adam(2e-3),
    metrics: ['accuracy'],
  })
}
