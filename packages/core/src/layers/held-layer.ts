import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

export type Layer = LayersModel['layers'][number]

/** A layer with what it holds: the layers of nested models, wrappers and recurrent layers. */
export type HeldLayer = Layer & {
  readonly layers?: readonly Layer[]
  readonly layer?: Layer
  readonly forwardLayer?: Layer
  readonly backwardLayer?: Layer
  readonly cell?: unknown
}

/** What tfjs-layers hands to a layer's call beside the inputs. */
export interface CallArguments {
  readonly training?: boolean | null
  readonly mask?: Tensor | null
  readonly initialState?: readonly Tensor[] | null
  readonly constants?: readonly Tensor[] | null
}
