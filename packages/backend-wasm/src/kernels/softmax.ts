import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { engineOf } from '../engine/engine.js'
import { Op } from '../engine/op.js'
import type { Inputs, Kernel } from '../heap.js'
import { tasksFor } from './work.js'

/** A step with an exponential counts as so many bytes of memory traffic. */
const BYTES_PER_POWER = 32

/** `softmax` over the last axis, float32, of any rank but 0. A row with NaN or +Infinity is all NaN. */
export function softmax(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { logits } = inputs as Inputs & { logits: TensorInfo }
    const engine = engineOf(backend)
    const { shape, dtype } = logits
    if (engine === null || dtype !== 'float32' || shape.length === 0) {
      return fallback(inputs, backend, attributes)
    }
    const out = backend.makeOutput(shape, 'float32')
    const columns = shape.at(-1) as number
    const rows = util.sizeFromShape(shape.slice(0, -1))
    const tasks = tasksFor(rows, BYTES_PER_POWER * rows * columns)
    engine.launch(Op.softmax, tasks, [out], [logits], [rows, columns, tasks])
    return out
  }
}
