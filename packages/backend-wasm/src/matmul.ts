import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { addProduct, loadTiles, type Tiles } from './gemm.js'
import {
  type Attributes,
  type Inputs,
  type Kernel,
  makeZeros,
  reshaped,
  type WasmBackend,
} from './heap.js'
import { integerProduct } from './integer-product.js'
import { broadcastStarts, type ProductShape, productShape } from './product-shape.js'
import { throughXnnpack } from './xnnpack.js'

/** Below so many rows XNNPACK wins if nothing is transposed: it keeps packed weights, we do not. */
const FEWEST_ROWS = 64

/** The tiles of {@link gemmModule} if they are the faster way to this product, else `null`. */
export function fasterTiles(
  backend: WasmBackend,
  { transposeA, transposeB }: Attributes,
  { rows }: ProductShape,
): Tiles | null {
  const isStraight = transposeA !== true && transposeB !== true
  return isStraight && rows < FEWEST_ROWS ? null : loadTiles(backend)
}

/**
 * `a · b` for float32 or int32 of shapes `[…, m, k]` and `[…, k, n]` (or transposed), batch dimensions
 * broadcast as in NumPy. tfjs' own kernel is naive if a factor is transposed or stacked. Here
 * products run in {@link gemmModule}; few rows, and engines it does not fit, go through XNNPACK, for
 * which factors are transposed first and stacks walked on views of the heap.
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
    const tiles = fasterTiles(backend, attributes, shape)
    const out =
      tiles === null
        ? throughXnnpack(stock, backend, a, b, shape, attributes)
        : throughTiles(tiles, backend, a, b, shape, attributes)
    return reshaped(out, outShape)
  }
}

function throughTiles(
  tiles: Tiles,
  backend: WasmBackend,
  a: TensorInfo,
  b: TensorInfo,
  { rows, inner, columns, batchA, batchB, batch }: ProductShape,
  attributes: Attributes,
): TensorInfo {
  const out = makeZeros(backend, [...batch, rows, columns])
  const startsA = broadcastStarts(batchA, batch, rows * inner)
  const startsB = broadcastStarts(batchB, batch, inner * columns)
  startsA.forEach((startA, i) => {
    addProduct(tiles, backend, a, b, out, {
      rows,
      inner,
      columns,
      transposeA: attributes.transposeA === true,
      transposeB: attributes.transposeB === true,
      startA,
      startB: startsB[i] as number,
      startOut: i * rows * columns,
    })
  })
  return out
}
