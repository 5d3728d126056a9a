/** A number of elements along an axis; `null` if it is known only when the model runs. */
export type Dimension = number | null
/** The shape of a tensor. */
export type Shape = readonly Dimension[]
/** The type of a tensor's elements. */
export type ElementType = 'float32' | 'int32' | 'int64' | 'bool'

/** A tensor that is part of a graph: a weight, or a constant. */
export interface ConstantTensor {
  readonly type: ElementType
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array
}

/** An attribute of a node: ONNX tells integers from floating-point numbers. */
export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly text: string }
  | { readonly texts: readonly string[] }

/** Attributes of a node, by name. */
export type Attributes = Readonly<Record<string, Attribute>>

/** One operation of a graph. An input that is left out is an empty name. */
export interface GraphNode {
  readonly operator: string
  readonly name: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Attributes
}

/** An input or output of a graph. Dimensions that vary have a name. */
export interface GraphPort {
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly (number | string)[]
}
