import type { LayersModel } from '@tensorflow/tfjs-layers'

/** A layer of a model. */
export type Layer = LayersModel['layers'][number]

/** A layer with what it holds: the layers of nested models, wrappers and recurrent layers. */
export type HeldLayer = Layer & {
  readonly layers?: readonly Layer[]
  readonly layer?: Layer
  readonly forwardLayer?: Layer
  readonly backwardLayer?: Layer
}

/** The layers that a layer holds, those of nested models and wrappers; none for most layers. */
export function layersIn(layer: HeldLayer): HeldLayer[] {
  const { layers = [], layer: wrapped, forwardLayer, backwardLayer } = layer
  // A bidirectional layer has a pair; `layer` is what the pair was copied from, if it is there at all.
  const held = forwardLayer ? [forwardLayer, backwardLayer] : [...layers, wrapped]
  return held.filter((one) => one !== undefined)
}

/** Every layer of a model, at any depth, once. */
export function allLayers(model: LayersModel): HeldLayer[] {
  const found = new Set<HeldLayer>()
  const visit = (layer: HeldLayer): void => {
    if (found.has(layer)) return
    found.add(layer)
    for (const inner of layersIn(layer)) visit(inner)
  }
  for (const layer of model.layers) visit(layer)
  return [...found]
}
