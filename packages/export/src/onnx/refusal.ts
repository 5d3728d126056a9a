import { quote, RegimenError } from '@regimen/core'
import type { Layer } from '../model/held-layer.js'

/** The error of a layer that ONNX has no counterpart of, or of which it would compute something else. */
export function cannotConvert(layer: Layer, reason: string): RegimenError {
  const kind = layer.getClassName()
  const text = `The layer ${quote(layer.name)} (${kind}) cannot be exported to ONNX: ${reason}.`
  return new RegimenError('REG_EXPORT_LAYER', text, {
    data: { layer: layer.name, kind, reason },
  })
}
