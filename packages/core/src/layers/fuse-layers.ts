import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { CallArguments, HeldLayer, Layer } from './held-layer.js'
import { callRandom, randomLayers } from './random/random-layers.js'
import { callRecurrent } from './recurrent/recurrent-layer.js'

type Call = (
  layer: HeldLayer,
  inputs: Tensor | Tensor[],
  call: CallArguments | undefined,
) => Tensor | Tensor[] | undefined

const calls = new Map<string, Call>([
  ['LSTM', callRecurrent],
  ['GRU', callRecurrent],
  ...randomLayers.map((name): [string, Call] => [name, callRandom]),
])

const fused = new WeakSet<Layer>()

/**
 * Makes layers of a model call the kernels that the current backend has for them: `LSTM` and `GRU` one for the
 * whole sequence, `Dropout`, `SpatialDropout1D`, `AlphaDropout`, `GaussianDropout` and `GaussianNoise` one that
 * makes its random numbers on the engine. Where a kernel does not fit or is missing, a layer does what it did.
 * Looks into nested models and wrappers. Weights, names and configurations stay as they are. A second call does
 * nothing. `layersModule` calls it itself.
 *
 * @example
 * ```ts no-run
 * fuseLayers(model)
 * const y = model.predict(x)
 * ```
 */
export function fuseLayers(model: LayersModel): void {
  for (const layer of model.layers) fuseLayer(layer)
}

function fuseLayer(layer: HeldLayer): void {
  const { layers = [], layer: wrapped, forwardLayer, backwardLayer } = layer
  for (const inner of [...layers, wrapped, forwardLayer, backwardLayer])
    if (inner !== undefined) fuseLayer(inner)
  const fusedCall = calls.get(layer.getClassName())
  if (fusedCall === undefined || !isOfTfjs(layer) || fused.has(layer)) return
  fused.add(layer)
  const call = layer.call.bind(layer)
  layer.call = (inputs, args) => fusedCall(layer, inputs, args) ?? call(inputs, args)
}

/** Whether a layer is of the very class that it names: one that extends it may call something else. */
function isOfTfjs(layer: Layer): boolean {
  return Object.hasOwn(layer.constructor, 'className')
}
