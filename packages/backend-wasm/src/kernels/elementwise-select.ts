import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { engineOf } from '../engine/engine.js'
import { Op } from '../engine/op.js'
import type { Inputs, Kernel } from '../heap.js'
import type { LaunchKernels } from './launch-kernels.js'
import { taskShare } from './task-share.js'

/** `where`, whose condition has the shape of the values or is one per row. */
export const selectKernels: LaunchKernels = { Select: select }

function select(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { condition, t, e } = inputs as Inputs &
      Record<'condition' | 't' | 'e', TensorInfo>
    const engine = engineOf(backend)
    const isKnown = ['float32', 'int32', 'bool'].includes(t.dtype)
    const isOneDtype = t.dtype === e.dtype && condition.dtype === 'bool'
    if (engine === null || !isKnown || !isOneDtype)
      return fallback(inputs, backend, attributes)
    const out = backend.makeOutput(t.shape, t.dtype)
    const count = util.sizeFromShape(t.shape)
    const rows = util.sizeFromShape(condition.shape)
    const width = util.bytesPerElement(t.dtype)
    const reads = [condition, t, e]
    const { tasks, perTask } = taskShare(count)
    if (rows === count) {
      engine.launch(Op.select, tasks, [out], reads, [count, perTask, width])
      return out
    }
    const length = count / rows
    const rowsPerTask = Math.max(1, Math.ceil(rows / Math.max(1, tasks)))
    const rowTasks = count === 0 ? 0 : Math.ceil(rows / rowsPerTask)
    engine.launch(Op.selectRows, rowTasks, [out], reads, [
      ...[rows, rowsPerTask, length * width],
    ])
    return out
  }
}
