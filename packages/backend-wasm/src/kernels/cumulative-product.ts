import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { engineOf } from '../engine/engine.js'
import { Op } from '../engine/op.js'
import { free, type Inputs, type Kernel, runKernel } from '../heap.js'
import { tasksFor } from './work.js'

/** `cumprod`, float32 and int32, which wraps; of bools it is int32. */
export function cumulativeProduct(fallback: Kernel): Kernel {
  const kernel: Kernel = (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const engine = engineOf(backend)
    if (engine === null || x.dtype === 'string' || x.dtype === 'complex64') {
      return fallback(inputs, backend, attributes)
    }
    if (x.dtype === 'bool') {
      const cast = runKernel('Cast', { x }, backend, { dtype: 'int32' })
      const out = kernel({ x: cast }, backend, attributes)
      free(backend, cast)
      return out
    }
    const [axis] = util.parseAxisParam(attributes.axis as number, x.shape) as [number]
    const out = backend.makeOutput(x.shape, x.dtype)
    const outer = util.sizeFromShape(x.shape.slice(0, axis))
    const inner = util.sizeFromShape(x.shape.slice(axis + 1))
    const size = x.shape[axis] ?? 1
    const tasks = tasksFor(outer * inner, 8 * outer * size * inner)
    const op = x.dtype === 'int32' ? Op.intCumulativeProduct : Op.floatCumulativeProduct
    const flags = [attributes.exclusive === true, attributes.reverse === true].map(Number)
    engine.launch(op, tasks, [out], [x], [outer, size, inner, ...flags, tasks])
    return out
  }
  return kernel
}
