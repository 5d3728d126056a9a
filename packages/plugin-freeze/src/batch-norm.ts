import type * as tf from '@tensorflow/tfjs-core'

/** What this file needs of a layer of tfjs, whichever copy made it. */
interface Layer {
  readonly layers?: readonly Layer[]
  readonly layer?: Layer
  readonly weights?: readonly { read(): tf.Tensor }[]
  getClassName?(): string
  call(inputs: unknown, kwargs: Record<string, unknown>): unknown
}

/** The layers of the model that a module trains; `undefined` if it shows none, as `layersModule` does. */
export function layersOf(module: object): readonly Layer[] | undefined {
  const { model } = module as { readonly model?: Layer }
  return Array.isArray(model?.layers) ? flattened(model.layers) : undefined
}

function flattened(layers: readonly Layer[]): Layer[] {
  return layers.flatMap((layer) => [
    layer,
    ...flattened(layer.layers ?? []),
    ...(layer.layer ? flattened([layer.layer]) : []),
  ])
}

/**
 * Puts batch normalization whose weights are all frozen into inference mode: it normalizes by its moving
 * statistics, and leaves them as they are.
 *
 * @param isFrozen asked at each call
 * @returns a function that undoes it
 */
export function freezeBatchNorm(
  layers: readonly Layer[],
  isFrozen: (variable: tf.Tensor) => boolean,
): () => void {
  const undo = layers
    .filter((layer) => layer.getClassName?.() === 'BatchNormalization')
    .map((layer) => {
      const own = Object.getOwnPropertyDescriptor(layer, 'call')
      const call = layer.call.bind(layer)
      layer.call = (inputs, kwargs) => {
        const weights = layer.weights ?? []
        const isStill = weights.every((weight) => isFrozen(weight.read()))
        return call(inputs, isStill ? { ...kwargs, training: false } : kwargs)
      }
      return () => {
        if (own) Object.defineProperty(layer, 'call', own)
        else Reflect.deleteProperty(layer, 'call')
      }
    })
  return () => {
    for (const restore of undo) restore()
  }
}
