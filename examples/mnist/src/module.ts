import { type LayersModule, layersModule } from '@regimen/core/layers'
import { adam } from '@regimen/optimizers'
import { digitNet } from './model.js'

const hparams = { optimizer: 'adam', rate: 2e-3 }

/** The net with what it is trained by; its metrics are `loss` and `accuracy`. */
export function digitModule(): LayersModule {
  const module = layersModule(digitNet(), {
    loss: 'sparseCategoricalCrossentropy',
    optimizer: () => adam({ learningRate: hparams.rate }),
    metrics: ['accuracy'],
  })
  return { ...module, hparams }
}
