import type { TensorInfo } from '@tensorflow/tfjs-core'
import { engineOf } from '../engine/engine.js'
import type { Attributes, Inputs, Kernel } from '../heap.js'
import { productShape } from '../product-shape.js'
import { applyRest, epilogueOf } from './epilogue.js'
import { launchProduct } from './product.js'

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
    const inside = epilogueOf(inputs, attributes, shape.columns)
    launchProduct(engine, a, b, out, shape, { ...transpositions(attributes), ...inside })
    return applyRest(backend, out, inputs, attributes, inside)
  }
}

function transpositions({ transposeA, transposeB }: Attributes) {
  return { transposeA: transposeA === true, transposeB: transposeB === true }
}
