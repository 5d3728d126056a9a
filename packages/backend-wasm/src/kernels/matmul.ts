import type { TensorInfo } from '@tensorflow/tfjs-core'
import { applyActivation } from '../activation.js'
import { engineOf } from '../engine/engine.js'
import {
  type Attributes,
  free,
  type Inputs,
  type Kernel,
  runKernel,
  type WasmBackend,
} from '../heap.js'
import { productShape } from '../product-shape.js'
import { FUSED_ACTIVATIONS, launchProduct } from './product.js'

/**
 * `a · b` for float32 or int32 of shapes `[…, m, k]` and `[…, k, n]` (or transposed), batch dimensions
 * broadcast as in NumPy.
 */
export function batchMatMul(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { a, b } = inputs as Inputs & { a: TensorInfo; b: TensorInfo }
    const engine = engineOf(backend)
    const isKnown = a.dtype === b.dtype && (a.dtype === 'float32' || a.dtype === 'int32')
    if (engine === null || !isKnown) return fallback(inputs, backend, attributes)
    const shape = productShape(a, b, attributes)
    const out = backend.makeOutput([...shape.batch, shape.rows, shape.columns], a.dtype)
    launchProduct(engine, a, b, out, shape, transpositions(attributes))
    return out
  }
}

/**
 * `activation(a · b + bias)`, shapes as in {@link batchMatMul}. A bias of one value per column and the
 * activations that need no exponential function are part of the product; others follow it.
 *
 * @throws Error if the activation is none of linear, relu, relu6, elu, sigmoid, prelu, leakyrelu
 */
export function fusedMatMul(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { a, b, bias } = inputs as Inputs & { a: TensorInfo; b: TensorInfo }
    const engine = engineOf(backend)
    const operands = bias == null ? [a, b] : [a, b, bias]
    if (engine === null || operands.some(({ dtype }) => dtype !== 'float32')) {
      return fallback(inputs, backend, attributes)
    }
    const shape = productShape(a, b, attributes)
    const out = backend.makeOutput([...shape.batch, shape.rows, shape.columns], 'float32')
    const isBiasInside = bias == null || isPerColumn(bias, shape.columns)
    const activation = String(attributes.activation ?? 'linear')
    const isActivationInside =
      isBiasInside && Object.hasOwn(FUSED_ACTIVATIONS, activation)
    launchProduct(engine, a, b, out, shape, {
      ...transpositions(attributes),
      ...(isBiasInside && { bias: bias ?? undefined }),
      ...(isActivationInside && { activation, slope: slopeOf(attributes) }),
    })
    const sum = isBiasInside ? out : plus(backend, out, bias)
    return isActivationInside ? sum : applyActivation(backend, sum, inputs, attributes)
  }
}

function transpositions({ transposeA, transposeB }: Attributes) {
  return { transposeA: transposeA === true, transposeB: transposeB === true }
}

/** The slope of leakyrelu below 0. */
export function slopeOf({ leakyreluAlpha }: Attributes): number {
  return Number(leakyreluAlpha ?? 0.2)
}

function isPerColumn({ shape }: TensorInfo, columns: number): boolean {
  return shape.at(-1) === columns && shape.slice(0, -1).every((size) => size === 1)
}

/** The sum; frees the first. */
function plus(backend: WasmBackend, a: TensorInfo, b: TensorInfo): TensorInfo {
  const sum = runKernel('Add', { a, b }, backend)
  free(backend, a)
  return sum
}
