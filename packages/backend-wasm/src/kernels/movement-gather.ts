import { backend_util, type DataType, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { engineOf } from '../engine/engine.js'
import { Op } from '../engine/op.js'
import { free, type Inputs, type Kernel } from '../heap.js'
import { bitsOf } from './elementwise-fill.js'
import type { LaunchKernels } from './launch-kernels.js'
import { isMoved, sizeOf } from './movement-axes.js'
import { taskShare } from './task-share.js'

/** Kernels that pick or add up rows by index, and sums along an axis. */
export const gatherKernels: LaunchKernels = {
  Cumsum: cumulativeSum,
  GatherV2: gather,
  OneHot: oneHot,
  UnsortedSegmentSum: segmentSum,
}

/** @throws Error if an index is outside the axis; a replayed program does when it has run */
function gather(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x, indices } = inputs as Inputs & { x: TensorInfo; indices: TensorInfo }
    const engine = engineOf(backend)
    if (engine === null || !isMoved(x) || indices.dtype !== 'int32')
      return fallback(inputs, backend, attributes)
    const { axis = 0, batchDims = 0 } = attributes as {
      axis?: number
      batchDims?: number
    }
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
    const count = sizeOf(indices.shape) / Math.max(1, batchSize)
    const rows = batchSize * outerSize * count
    const rowBytes = sliceSize * util.bytesPerElement(x.dtype)
    const { tasks } = taskShare((rows * rowBytes) / 4)
    const perTask = Math.ceil(rows / Math.max(1, tasks))
    try {
      engine.launch(
        Op.gather,
        tasks === 0 ? Number(rows > 0) : Math.ceil(rows / perTask),
        [out],
        [x, indices],
        [rows, perTask, outerSize, count, dimSize, rowBytes, engine.indexStatus],
      )
    } catch (thrown) {
      free(backend, out)
      throw thrown
    }
    return out
  }
}

function oneHot(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { indices } = inputs as Inputs & { indices: TensorInfo }
    const { depth, onValue, offValue, dtype } = attributes as unknown as {
      depth: number
      onValue: number
      offValue: number
      dtype: DataType
    }
    const engine = engineOf(backend)
    const out = backend.makeOutput([...indices.shape, depth], dtype)
    if (engine === null || indices.dtype !== 'int32' || !isMoved(out)) {
      free(backend, out)
      return fallback(inputs, backend, attributes)
    }
    const rows = sizeOf(indices.shape)
    const { tasks } = taskShare(rows * depth)
    const perTask = Math.ceil(rows / Math.max(1, tasks))
    const width = util.bytesPerElement(dtype)
    const values = [bitsOf(onValue, dtype), bitsOf(offValue, dtype)]
    engine.launch(
      Op.oneHot,
      tasks === 0 ? 0 : Math.ceil(rows / perTask),
      [out],
      [indices],
      [rows, perTask, depth, width, ...values],
    )
    return out
  }
}

function segmentSum(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x, segmentIds } = inputs as Inputs & { x: TensorInfo; segmentIds: TensorInfo }
    const engine = engineOf(backend)
    const rows = x.shape[0] as number
    const isKnown =
      (x.dtype === 'float32' || x.dtype === 'int32') && segmentIds.dtype === 'int32'
    if (engine === null || !isKnown || segmentIds.shape.join() !== String(rows))
      return fallback(inputs, backend, attributes)
    const rest = x.shape.slice(1)
    const segments = attributes.numSegments as number
    const out = backend.makeOutput([segments, ...rest], x.dtype)
    const length = sizeOf(rest)
    if (segments * length === 0) return out
    const { tasks } = taskShare((rows + segments) * length)
    const perTask = Math.ceil(segments / tasks)
    const parts = Math.max(1, Math.floor(tasks / segments))
    const partLength = Math.ceil(length / parts / 16) * 16
    engine.launch(
      Op.segmentSum,
      Math.ceil(segments / perTask) * Math.ceil(length / partLength),
      [out],
      [x, segmentIds],
      [rows, length, segments, perTask, partLength, Number(x.dtype === 'float32')],
    )
    return out
  }
}

function cumulativeSum(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const engine = engineOf(backend)
    const isKnown = x.dtype === 'float32' || x.dtype === 'int32'
    if (engine === null || !isKnown || x.shape.length === 0)
      return fallback(inputs, backend, attributes)
    const [axis] = util.parseAxisParam(attributes.axis as number, x.shape) as [number]
    const out = backend.makeOutput(x.shape, x.dtype)
    const size = x.shape[axis] as number
    const inner = sizeOf(x.shape.slice(axis + 1))
    const lines = sizeOf(x.shape) / Math.max(1, size)
    const { tasks } = taskShare(sizeOf(x.shape))
    const perTask = Math.ceil(lines / Math.max(1, tasks))
    const flags = [attributes.exclusive, attributes.reverse, x.dtype === 'float32']
    engine.launch(
      Op.cumulativeSum,
      tasks === 0 ? 0 : Math.ceil(lines / perTask),
      [out],
      [x],
      [lines, perTask, size, inner, ...flags.map((flag) => Number(flag === true))],
    )
    return out
  }
}
