import { backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { free, type Inputs, integers, type Kernel, numbers } from './heap.js'

/**
 * `gather` with `batchDims`: each row of indices picks from its own part of `x`. Without, tfjs' own
 * kernel does it, which takes the indices of the first row for all.
 *
 * @param stock tfjs' own kernel
 * @throws Error if an index is outside the axis
 */
export function gather(stock: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x, indices } = inputs as Inputs & { x: TensorInfo; indices: TensorInfo }
    const { axis = 0, batchDims = 0 } = attributes as {
      axis?: number
      batchDims?: number
    }
    if (batchDims === 0 || x.dtype === 'string') return stock(inputs, backend, attributes)
    const [axisIndex] = util.parseAxisParam(axis, x.shape) as [number]
    const { collectGatherOpShapeInfo } = backend_util.segment_util
    const info = collectGatherOpShapeInfo(
      x as never,
      indices as never,
      axisIndex,
      batchDims,
    )
    const { batchSize, outerSize, dimSize, sliceSize, outputShape } = info
    const out = backend.makeOutput(outputShape, x.dtype)
    const picks = integers(backend, indices)
    const [from, to] = [numbers(backend, x), numbers(backend, out)]
    const count = util.sizeFromShape(indices.shape) / batchSize
    let written = 0
    for (let row = 0; row < batchSize * outerSize; row++) {
      const first = Math.floor(row / outerSize) * count
      for (let i = 0; i < count; i++) {
        const pick = picks[first + i] as number
        if (pick < 0 || pick >= dimSize) {
          free(backend, out)
          throw new Error(
            `GatherV2: the index value ${pick} is not in [0, ${dimSize - 1}], index ${pick} for an axis of ${dimSize}`,
          )
        }
        const start = (row * dimSize + pick) * sliceSize
        to.set(from.subarray(start, start + sliceSize), written)
        written += sliceSize
      }
    }
    return out
  }
}
