import type { TensorData } from '@regimen/core'
import type { Variable } from '@tensorflow/tfjs-core'
import type { HeldLayer } from '../model/held-layer.js'
import type { WeightValues } from '../model/weights.js'
import type { Graph } from './graph/graph.js'
import { isIdentity, type Permutation, transposed } from './graph/permutation.js'
import type { ConstantTensor, ElementType, Shape } from './graph/tensor-type.js'
import type { Value } from './graph/value.js'
import { cannotConvert } from './refusal.js'

/** Converts a call of any layer. */
export type ConvertLayer = (
  layer: HeldLayer,
  inputs: readonly Value[],
) => readonly Value[]

/** What {@link LayerCall} is made of. */
interface LayerCallParts {
  readonly layer: HeldLayer
  readonly inputs: readonly Value[]
  readonly graph: Graph
  readonly weights: WeightValues
  readonly convert: ConvertLayer
}

/** A layer that is called with some inputs, and the graph that it is to become part of. */
export class LayerCall {
  readonly layer: HeldLayer
  readonly inputs: readonly Value[]
  readonly graph: Graph
  /** Converts another layer: one that this layer holds. */
  readonly convert: ConvertLayer
  readonly #weights: WeightValues
  readonly #config: Readonly<Record<string, unknown>>

  constructor({ layer, inputs, graph, weights, convert }: LayerCallParts) {
    this.layer = layer
    this.inputs = inputs
    this.graph = graph
    this.convert = convert
    this.#weights = weights
    this.#config = layer.getConfig()
  }

  /** The first input, as floating-point numbers. */
  get input(): Value {
    return this.graph.float(this.inputs[0] as Value)
  }

  /** The shape of the only output. */
  get outputShape(): Shape {
    const shapes = this.inputs.map(({ shape }) => [...shape])
    return this.layer.computeOutputShape(
      shapes.length === 1 ? (shapes[0] as number[]) : (shapes as number[][]),
    ) as Shape
  }

  /** A field of the layer's configuration. */
  field<Type>(name: string): Type {
    return this.#config[name] as Type
  }

  /** A field that is a number, or a list of as many numbers as there are spatial axes. */
  sizes(name: string, count: number): number[] {
    const found = this.#config[name]
    if (Array.isArray(found)) return found as number[]
    return Array.from({ length: count }, () => (found ?? 1) as number)
  }

  /** Whether its tensors have the channels after the batch. */
  get isChannelsFirst(): boolean {
    // The configuration of a Conv1D leaves it out.
    const { dataFormat = this.#config.dataFormat } = this.layer as {
      dataFormat?: unknown
    }
    return dataFormat === 'channelsFirst'
  }

  /** Whether the layer has a weight. */
  has(name: string): boolean {
    return this.#variable(name) !== undefined
  }

  /** The values of a weight. */
  weight(name: string): TensorData {
    const data = this.#weights.get(this.#variable(name) as Variable)
    if (!data) throw this.refusal(`its weight "${name}" is missing`)
    return data
  }

  /** A weight as a constant of the graph, shared by all calls. @returns its name */
  constant(name: string): string {
    return this.arranged(name, 'as it is', ({ data, shape, dtype }) => ({
      ...{ data, shape, type: dtype },
    }))
  }

  /** A weight with its axes in another order. */
  permuted(name: string, permutation: Permutation): string {
    if (isIdentity(permutation)) return this.constant(name)
    return this.arranged(name, permutation.join(), ({ data, shape, dtype: type }) => ({
      type,
      shape: permutation.map((axis) => shape[axis] as number),
      data: transposed(data, shape, permutation),
    }))
  }

  /** What is made of a weight, under a name for the way it is made. */
  arranged(
    name: string,
    way: string,
    make: (weight: TensorData) => ConstantTensor & { readonly type: ElementType },
  ): string {
    const variable = this.#variable(name) as Variable
    return this.graph.once(variable, way, () =>
      this.graph.constant(name, make(this.weight(name))),
    )
  }

  /** A call of another layer, in the same graph. */
  of(layer: HeldLayer, inputs: readonly Value[]): LayerCall {
    const { graph, convert } = this
    return new LayerCall({ layer, inputs, graph, convert, weights: this.#weights })
  }

  /** The error of a layer that cannot be converted. */
  refusal(reason: string): Error {
    return cannotConvert(this.layer, reason)
  }

  #variable(name: string): Variable | undefined {
    const found = this.layer.weights.find(
      ({ originalName }) => originalName.split('/').at(-1) === name,
    )
    return found?.read() as Variable | undefined
  }
}
