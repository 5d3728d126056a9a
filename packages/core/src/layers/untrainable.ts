import type { LayersModel, Shape, layers as tfLayers } from '@tensorflow/tfjs-layers'
import { rules } from './untrainable-rules.js'

type Layer = tfLayers.Layer

/** A layer that cannot be trained as it is. */
export interface UntrainableLayer {
  /** Its name in the model, with the names of the models around it: `encoder/softmax_1`. */
  readonly layer: string
  /** Its class in tfjs-layers, such as `Softmax`. */
  readonly className: string
  readonly why: string
  /** The workaround. */
  readonly instead: string
}

/** The inner layers of wrappers, recurrent layers and nested models. */
type Holder = Layer & {
  readonly layers?: readonly Layer[]
  readonly layer?: Layer
  readonly forwardLayer?: Layer
  readonly cell?: Layer
  readonly cells?: readonly Layer[]
}

interface Walk {
  readonly backend: string
  readonly trained: ReadonlySet<string>
  readonly found: UntrainableLayer[]
}

/**
 * The layers of a model that a backend cannot train: tfjs has no gradient for them, or a wrong one, or
 * they fail in every model. Ignores a layer that no gradient has to reach, because nothing before it is
 * trained and its weights are frozen. Looks into nested models and wrappers.
 *
 * @param backend name of the tfjs backend, as from `tf.getBackend()`
 */
export function untrainableLayers(
  model: LayersModel,
  backend: string,
): UntrainableLayer[] {
  const trained = new Set(model.trainableWeights.map(({ id }) => String(id)))
  const walk = { backend, trained, found: [] }
  visitAll(model.layers, false, '', walk)
  return walk.found
}

/** @param isPassed whether weights before these layers are trained */
function visitAll(
  layers: readonly Layer[],
  isPassed: boolean,
  path: string,
  walk: Walk,
): void {
  const passed = new Map<Layer, boolean>()
  const isTrained = (layer: Layer) =>
    layer.weights.some(({ id }) => walk.trained.has(String(id)))
  const isReached = (layer: Layer): boolean => {
    const known = passed.get(layer)
    if (known !== undefined) return known
    const before = layer.inboundNodes.flatMap(({ inboundLayers }) => inboundLayers)
    passed.set(layer, isPassed)
    const reached =
      isPassed || before.some((inbound) => isTrained(inbound) || isReached(inbound))
    passed.set(layer, reached)
    return reached
  }
  for (const layer of layers) visit(layer, isReached(layer), isTrained(layer), path, walk)
}

function visit(
  layer: Holder,
  isPassed: boolean,
  isTrained: boolean,
  path: string,
  walk: Walk,
) {
  const name = `${path}${layer.name}`
  if (layer.layers !== undefined)
    return visitAll(layer.layers, isPassed, `${name}/`, walk)
  const className = layer.getClassName()
  const use = {
    config: layer.getConfig(),
    inputShapes: shapesOf(layer, 'inputShapes'),
    outputShape: shapesOf(layer, 'outputShapes')[0] ?? [],
    isPassed,
    isTrained,
    backend: walk.backend,
  }
  for (const rule of rules[className] ?? []) {
    const obstacle = rule(use)
    if (obstacle) walk.found.push({ layer: name, className, ...obstacle })
  }
  const within = [layer.layer ?? layer.forwardLayer, layer.cell, ...(layer.cells ?? [])]
  for (const inner of within)
    if (inner !== undefined) visit(inner, isPassed, isTrained, `${name}/`, walk)
  return undefined
}

function shapesOf(layer: Layer, which: 'inputShapes' | 'outputShapes'): Shape[] {
  return (layer.inboundNodes[0]?.[which] ?? []) as Shape[]
}
