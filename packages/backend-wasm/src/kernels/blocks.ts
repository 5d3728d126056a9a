import { backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { engineOf } from '../engine/engine.js'
import { free, type Inputs, type Kernel, reshaped, runKernel } from '../heap.js'
import type { LaunchKernels } from './launch-kernels.js'

/** Kernels that move blocks of pixels between space, batch and channels, any dtype: a transposition each. */
export const blockKernels: LaunchKernels = {
  BatchToSpaceND: batchToSpace,
  DepthToSpace: depthToSpace,
  SpaceToBatchND: spaceToBatch,
}

/** `[n, h, w, c b b]` to `[n, h b, w b, c]`, or the same with channels first. */
function depthToSpace(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    if (engineOf(backend) === null) return fallback(inputs, backend, attributes)
    const block = attributes.blockSize as number
    const isLast = attributes.dataFormat === 'NHWC'
    const [n, ...rest] = x.shape as [number, number, number, number]
    const [h, w, depth] = isLast ? rest : ([rest[1], rest[2], rest[0]] as const)
    const c = depth / (block * block)
    const split = isLast ? [n, h, w, block, block, c] : [n, block, block, c, h, w]
    const perm = isLast ? [0, 1, 3, 2, 4, 5] : [0, 3, 4, 1, 5, 2]
    const out = runKernel('Transpose', { x: reshaped(x, split) }, backend, { perm })
    const space = [h * block, w * block]
    return reshaped(out, isLast ? [n, ...space, c] : [n, c, ...space])
  }
}

/** Blocks of the padded space become a batch of smaller ones; of no block it is the padded tensor. */
function spaceToBatch(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    if (engineOf(backend) === null) return fallback(inputs, backend, attributes)
    const block = attributes.blockShape as number[]
    const given = attributes.paddings as [number, number][]
    const behind = x.shape.slice(1 + block.length).map(() => [0, 0])
    const paddings = [[0, 0], ...given, ...behind]
    const padding = { paddings, constantValue: 0 } as unknown as typeof attributes
    const padded = runKernel('PadV2', { x }, backend, padding)
    const pieces = util.sizeFromShape(block)
    const split = backend_util.getReshaped(padded.shape, block, pieces, false)
    const perm = backend_util.getPermuted(split.length, block.length, false)
    const out = runKernel('Transpose', { x: reshaped(padded, split) }, backend, { perm })
    free(backend, padded)
    const shape = backend_util.getReshapedPermuted(padded.shape, block, pieces, false)
    return reshaped(out, shape)
  }
}

/** The inverse of {@link spaceToBatch}, with cropped borders. */
function batchToSpace(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    if (engineOf(backend) === null) return fallback(inputs, backend, attributes)
    const block = attributes.blockShape as number[]
    const crops = attributes.crops as number[][]
    const pieces = util.sizeFromShape(block)
    const split = backend_util.getReshaped(x.shape, block, pieces)
    const perm = backend_util.getPermuted(split.length, block.length)
    const joined = runKernel('Transpose', { x: reshaped(x, split) }, backend, { perm })
    const shape = backend_util.getReshapedPermuted(x.shape, block, pieces)
    const begin = backend_util.getSliceBeginCoords(crops, block.length)
    const size = backend_util.getSliceSize(shape, crops, block.length)
    const whole = { x: reshaped(joined, shape) }
    const out = runKernel('Slice', whole, backend, { begin, size })
    free(backend, joined)
    return out
  }
}
