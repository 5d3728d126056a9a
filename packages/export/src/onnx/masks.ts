import { quote } from '@regimen/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { allLayers, type HeldLayer } from '../model/held-layer.js'
import { cannotConvert } from './refusal.js'

/** Layers that compute something else where a step is masked. */
const FOLLOWERS = ['Bidirectional', 'GRU', 'LSTM', 'SimpleRNN', 'Softmax']

/**
 * Refuses a model in which a layer masks steps and another may skip them: ONNX knows no masks. In tfjs a
 * mask reaches every layer that is computed after it was made, so which layers are connected does not
 * matter.
 *
 * @throws REG_EXPORT_LAYER
 */
export function refuseMasks(model: LayersModel): void {
  const layers = allLayers(model)
  const masking = layers.find(isMasking)
  const follower = layers.find((layer) => FOLLOWERS.includes(layer.getClassName()))
  if (!masking || !follower) return
  const advice =
    'Train it without the mask, or export the weights with the format "tfjs", where masks work'
  throw cannotConvert(
    follower,
    `${quote(masking.name)} masks steps, which it would skip, and ONNX has no masks. ${advice}`,
  )
}

function isMasking(layer: HeldLayer): boolean {
  const kind = layer.getClassName()
  return (
    kind === 'Masking' || (kind === 'Embedding' && layer.getConfig().maskZero === true)
  )
}
