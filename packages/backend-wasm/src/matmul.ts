import { util } from '@tensorflow/tfjs-core'
import { type Inputs, type Kernel, makeZeros, reshaped } from './heap.js'
import { integerProduct } from './integer-product.js'
import { productShape } from './product-shape.js'
import { throughXnnpack } from './xnnpack.js'

/**
 * `a · b` for float32 or int32 of shapes `[…, m, k]` and `[…, k, n]` (or transposed), batch dimensions
 * broadcast as in NumPy, where WebAssembly has no SIMD. tfjs' own kernel is naive if a factor is
 * transposed or stacked: factors are transposed first, and stacks walked on views of the heap.
 *
 * @param stock tfjs' own kernel
 */
export function batchMatMul(stock: Kernel): Kernel {
  return ({ a, b }, backend, attributes) => {
    if (a === undefined || b === undefined || a.dtype !== b.dtype) {
      return stock({ a, b } as Inputs, backend, attributes)
    }
    const shape = productShape(a, b, attributes)
    const outShape = [...shape.batch, shape.rows, shape.columns]
    if (a.dtype === 'int32') return integerProduct(backend, a, b, shape, attributes)
    if (a.dtype !== 'float32') return stock({ a, b }, backend, attributes)
    if (shape.inner === 0 || util.sizeFromShape(outShape) === 0)
      return makeZeros(backend, outShape)
    return reshaped(throughXnnpack(stock, backend, a, b, shape, attributes), outShape)
  }
}
