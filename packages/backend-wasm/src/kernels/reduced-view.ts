import { backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { runKernel, type WasmBackend } from '../heap.js'

/** A tensor as `[outer, reduced, inner]`, to be reduced over its middle. */
export interface ReducedView {
  readonly x: TensorInfo
  /** Whether `x` is a transposed copy, which is to be freed. */
  readonly isCopy: boolean
  readonly outer: number
  readonly reduced: number
  readonly inner: number
  /** The result's shape. */
  readonly outShape: number[]
}

/** The view of a reduction; transposes only where the axes have kept ones between them. */
export function reducedView(
  x: TensorInfo,
  backend: WasmBackend,
  axis: number | number[] | undefined,
  keepDims: boolean,
): ReducedView {
  const axes = util.parseAxisParam(axis as number | number[], x.shape)
  const [kept, gone] = backend_util.computeOutAndReduceShapes(x.shape, axes)
  const outShape = keepDims ? backend_util.expandShapeToKeepDim(kept, axes) : kept
  const sizes = threeSizes(x.shape, axes)
  if (sizes !== null) return { x, isCopy: false, ...sizes, outShape }
  const perm = backend_util.getAxesPermutation(axes, x.shape.length) as number[]
  const transposed = runKernel('Transpose', { x }, backend, { perm })
  const [outer, reduced] = [util.sizeFromShape(kept), util.sizeFromShape(gone)]
  return { x: transposed, isCopy: true, outer, reduced, inner: 1, outShape }
}

/** The sizes before, of and behind the reduced axes, or `null` if there is a kept one between them. */
function threeSizes(shape: readonly number[], axes: readonly number[]) {
  const isReduced = shape.map((_, axis) => axes.includes(axis))
  const first = isReduced.findIndex((is, axis) => is && shape[axis] !== 1)
  if (first < 0) {
    return { outer: util.sizeFromShape([...shape]), reduced: 1, inner: 1 }
  }
  const last = isReduced.findLastIndex((is, axis) => is && shape[axis] !== 1)
  const isSplit = isReduced.some(
    (is, axis) => !is && axis > first && axis < last && shape[axis] !== 1,
  )
  if (isSplit) return null
  return {
    outer: util.sizeFromShape(shape.slice(0, first)),
    reduced: util.sizeFromShape(shape.slice(first, last + 1)),
    inner: util.sizeFromShape(shape.slice(last + 1)),
  }
}
