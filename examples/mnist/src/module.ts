import { type LayersModule, layersModule } from '@regimen/core/layers'
import { adam } from '@regimen/optimizers'
import { digitNet } from './model.js'

/** What may be tried out, by `--set hparams.rate=0.001`. */
export const hparams = { rate: 2e-3 }

/** The net with what it is trained by; its metrics are `loss` and `accuracy`. */
export function digitModule({ rate } = hparams): LayersModule {
  const module = layersModule(digitNet(), {
    loss: 'sparseCategoricalCrossentropy',
    optimizer: () => adam({ learningRate: rate }),
    metrics: ['accuracy'],
  })
  return { ...module, hparams: { optimizer: 'adam', rate } }
}
