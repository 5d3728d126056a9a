import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import {
  type Attributes,
  free,
  type Kernel,
  reshaped,
  runKernel,
  type WasmBackend,
  withView,
} from './heap.js'
import { broadcastStarts, matrixShape, type ProductShape } from './product-shape.js'

/**
 * `a · b` by tfjs' own kernel, which takes neither transposed nor stacked factors to XNNPACK:
 * factors are transposed first, and stacks are walked on views of the heap. The caller frees the
 * result, whose leading dimensions may be folded into one.
 */
export function throughXnnpack(
  stock: Kernel,
  backend: WasmBackend,
  a: TensorInfo,
  b: TensorInfo,
  shape: ProductShape,
  attributes: Attributes,
): TensorInfo {
  const left = straightened(backend, a, attributes.transposeA === true)
  const right = straightened(backend, b, attributes.transposeB === true)
  const out = multiply(stock, backend, left, right, shape)
  free(backend, left, right)
  return out
}

/** The factor with its last two dimensions swapped if asked; in any case the caller frees it. */
function straightened(
  backend: WasmBackend,
  factor: TensorInfo,
  isTransposed: boolean,
): TensorInfo {
  if (!isTransposed) {
    backend.incRef(factor.dataId)
    return factor
  }
  const [rows, columns] = matrixShape(factor, false)
  const x = reshaped(factor, [
    util.sizeFromShape(factor.shape.slice(0, -2)),
    rows,
    columns,
  ])
  const swapped = runKernel('Transpose', { x }, backend, { perm: [0, 2, 1] })
  return reshaped(swapped, [...factor.shape.slice(0, -2), columns, rows])
}

function multiply(
  stock: Kernel,
  backend: WasmBackend,
  a: TensorInfo,
  b: TensorInfo,
  { rows, inner, columns, batchA, batchB, batch }: ProductShape,
): TensorInfo {
  const attributes = { transposeA: false, transposeB: false }
  if (util.sizeFromShape([...batchB]) === 1) {
    const stacked = reshaped(a, [1, util.sizeFromShape([...batchA]) * rows, inner])
    return stock({ a: stacked, b: reshaped(b, [1, inner, columns]) }, backend, attributes)
  }
  const count = util.sizeFromShape([...batch])
  const out = backend.makeOutput([count, rows, columns], 'float32')
  const startsA = broadcastStarts(batchA, batch, rows * inner)
  const startsB = broadcastStarts(batchB, batch, inner * columns)
  for (let i = 0; i < count; i++) {
    const product = withView(backend, a, startsA[i] as number, [1, rows, inner], (left) =>
      withView(backend, b, startsB[i] as number, [1, inner, columns], (right) =>
        stock({ a: left, b: right }, backend, attributes),
      ),
    )
    moveInto(backend, out, i * rows * columns, product)
  }
  return out
}

/** Moves a result to its place in a larger tensor and frees it. */
function moveInto(
  backend: WasmBackend,
  out: TensorInfo,
  start: number,
  part: TensorInfo,
): void {
  const to = backend.dataIdMap.get(out.dataId).memoryOffset + 4 * start
  const from = backend.dataIdMap.get(part.dataId).memoryOffset
  backend.wasm.HEAPU8.copyWithin(to, from, from + 4 * util.sizeFromShape(part.shape))
  free(backend, part)
}
