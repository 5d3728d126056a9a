import { broadcast_util, type TensorInfo, util } from '@tensorflow/tfjs-core'
import {
  type Attributes,
  free,
  type Inputs,
  type Kernel,
  makeZeros,
  reshaped,
  runKernel,
  type WasmBackend,
  withView,
} from './heap.js'

/** What a product of two (stacks of) matrices looks like once nothing is transposed. */
export interface ProductShape {
  readonly rows: number
  readonly inner: number
  readonly columns: number
  /** Leading dimensions of the two factors and of the result. */
  readonly batchA: readonly number[]
  readonly batchB: readonly number[]
  readonly batch: readonly number[]
}

/**
 * The dimensions of `a · b` after the transpositions asked for.
 *
 * @throws Error where the inner dimensions differ or the batch dimensions do not broadcast
 */
export function productShape(a: TensorInfo, b: TensorInfo, attributes: Attributes): ProductShape {
  const [rows, innerA] = matrixShape(a, attributes.transposeA === true)
  const [innerB, columns] = matrixShape(b, attributes.transposeB === true)
  if (innerA !== innerB) {
    throw new Error(
      `matMul of shapes [${a.shape}] and [${b.shape}] with transposeA=${attributes.transposeA} and ` +
        `transposeB=${attributes.transposeB}: the inner dimensions are ${innerA} and ${innerB}; make them equal.`,
    )
  }
  const batchA = a.shape.slice(0, -2)
  const batchB = b.shape.slice(0, -2)
  const batch = broadcast_util.assertAndGetBroadcastShape(batchA, batchB)
  return { rows, inner: innerA, columns, batchA, batchB, batch }
}

/**
 * `a · b` for float32 of shapes `[…, m, k]` and `[…, k, n]` (or transposed), batch dimensions
 * broadcast as in NumPy. Everything runs through XNNPACK, which in tfjs takes neither transposed
 * nor stacked factors: factors are transposed first, and stacks are walked on views of the heap.
 *
 * @param stock tfjs' own kernel
 */
export function batchMatMul(stock: Kernel): Kernel {
  return ({ a, b }, backend, attributes) => {
    if (a === undefined || b === undefined || a.dtype !== 'float32' || b.dtype !== 'float32') {
      return stock({ a, b } as Inputs, backend, attributes)
    }
    const shape = productShape(a, b, attributes)
    const outShape = [...shape.batch, shape.rows, shape.columns]
    if (shape.inner === 0 || util.sizeFromShape(outShape) === 0) return makeZeros(backend, outShape)
    const left = straightened(backend, a, attributes.transposeA === true)
    const right = straightened(backend, b, attributes.transposeB === true)
    const out = multiply(stock, backend, left, right, shape)
    free(backend, left, right)
    return reshaped(out, outShape)
  }
}

/** The factor with its last two dimensions swapped if asked; in any case the caller frees it. */
export function straightened(
  backend: WasmBackend,
  factor: TensorInfo,
  isTransposed: boolean,
): TensorInfo {
  if (!isTransposed) {
    backend.incRef(factor.dataId)
    return factor
  }
  const [rows, columns] = matrixShape(factor, false)
  const x = reshaped(factor, [util.sizeFromShape(factor.shape.slice(0, -2)), rows, columns])
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
function moveInto(backend: WasmBackend, out: TensorInfo, start: number, part: TensorInfo): void {
  const to = backend.dataIdMap.get(out.dataId).memoryOffset + 4 * start
  const from = backend.dataIdMap.get(part.dataId).memoryOffset
  backend.wasm.HEAPU8.copyWithin(to, from, from + 4 * util.sizeFromShape(part.shape))
  free(backend, part)
}

/** For each matrix of the result, where its factor begins in a stack that is broadcast to it. */
function broadcastStarts(
  from: readonly number[],
  to: readonly number[],
  matrixSize: number,
): number[] {
  const padded = [...Array<number>(to.length - from.length).fill(1), ...from]
  let starts = [0]
  padded.forEach((size, axis) => {
    const steps = Array.from({ length: to[axis] as number }, (_, i) => (size === 1 ? 0 : i))
    starts = starts.flatMap((start) => steps.map((step) => start * size + step))
  })
  return starts.map((start) => start * matrixSize)
}

function matrixShape({ shape }: TensorInfo, isTransposed: boolean): [number, number] {
  const rows = shape[shape.length - 2] as number
  const columns = shape[shape.length - 1] as number
  return isTransposed ? [columns, rows] : [rows, columns]
}
