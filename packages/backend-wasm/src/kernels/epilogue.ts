import type { TensorInfo } from '@tensorflow/tfjs-core'
import { applyActivation } from '../activation.js'
import {
  type Attributes,
  free,
  type Inputs,
  runKernel,
  type WasmBackend,
} from '../heap.js'

/** Activations that a product applies to its sums, by number. */
const ACTIVATIONS: Readonly<Record<string, number>> = {
  linear: 0,
  relu: 1,
  relu6: 2,
  leakyrelu: 3,
}

const ADDS = 1
const HAS_BIAS = 2
const ACTIVATION = 4

/** What happens to the sums of a product before they are written; see `assembly/tile.ts`. */
export interface Epilogue {
  /** A value per column, float32. */
  readonly bias?: TensorInfo
  /** `linear`, `relu`, `relu6` or `leakyrelu`. */
  readonly activation?: string
  /** Slope of leakyrelu below 0. */
  readonly slope?: number
  /** Whether the sums are added to what the output holds. */
  readonly accumulates?: boolean
}

/** The flags of a tile. */
export function flagsOf({ accumulates, bias, activation = 'linear' }: Epilogue): number {
  return (
    (accumulates === true ? ADDS : 0) +
    (bias === undefined ? 0 : HAS_BIAS) +
    ACTIVATION * (ACTIVATIONS[activation] as number)
  )
}

/**
 * What of a fused kernel's bias and activation goes into the product: a bias of one value per column, and
 * an activation that needs no exponential function if the bias is inside too.
 */
export function epilogueOf(
  { bias }: Inputs,
  { activation, leakyreluAlpha }: Attributes,
  columns: number,
): Epilogue {
  const name = String(activation ?? 'linear')
  const slope = Number(leakyreluAlpha ?? 0.2)
  if (bias != null && !isPerColumn(bias, columns)) return {}
  const inside = Object.hasOwn(ACTIVATIONS, name) ? { activation: name, slope } : {}
  return bias == null ? inside : { bias, ...inside }
}

/**
 * Does to a product what of bias and activation is not in its epilogue. Frees what it is given, unless
 * there is nothing left to do.
 *
 * @throws Error if the activation is none of linear, relu, relu6, elu, sigmoid, prelu, leakyrelu
 */
export function applyRest(
  backend: WasmBackend,
  product: TensorInfo,
  inputs: Inputs,
  attributes: Attributes,
  inside: Epilogue,
): TensorInfo {
  const { bias } = inputs
  let sum = product
  if (bias != null && inside.bias === undefined) {
    sum = runKernel('Add', { a: product, b: bias }, backend)
    free(backend, product)
  }
  if (inside.activation !== undefined) return sum
  return applyActivation(backend, sum, inputs, attributes)
}

function isPerColumn({ shape }: TensorInfo, columns: number): boolean {
  return shape.at(-1) === columns && shape.slice(0, -1).every((size) => size === 1)
}
