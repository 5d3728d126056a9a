import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { type Inputs, integers, type Kernel, numbers } from './heap.js'

/**
 * Sums the rows of `x` (`[n, …]`, float32 or int32) that share an id: `[numSegments, …]` of the same
 * dtype. It is the gradient of a gather, so of an embedding. Ids (`[n]`, int32) below 0 or at
 * `numSegments` and above are dropped, as in tfjs' cpu backend.
 *
 * @throws Error if ids are not of shape `[n]`
 */
export const unsortedSegmentSum: Kernel = (inputs, backend, attributes) => {
  const { x, segmentIds } = inputs as Inputs & { x: TensorInfo; segmentIds: TensorInfo }
  if (segmentIds.shape.length !== 1 || segmentIds.shape[0] !== x.shape[0]) {
    throw new Error(
      `unsortedSegmentSum got ids of shape [${segmentIds.shape}] for values of shape [${x.shape}]; ` +
        `give one id per row, so the shape [${x.shape[0]}].`,
    )
  }
  const rest = x.shape.slice(1)
  const count = attributes.numSegments as number
  const out = backend.makeOutput([count, ...rest], x.dtype)
  const sums = numbers(backend, out).fill(0)
  const values = numbers(backend, x)
  const ids = integers(backend, segmentIds)
  const length = util.sizeFromShape(rest)
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row] as number
    if (id < 0 || id >= count) continue
    const to = id * length
    const from = row * length
    for (let i = 0; i < length; i++) {
      sums[to + i] = (sums[to + i] as number) + (values[from + i] as number)
    }
  }
  return out
}
