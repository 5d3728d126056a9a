import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { engineOf } from '../engine/engine.js'
import { Op } from '../engine/op.js'
import { free, type Inputs, type Kernel, runKernel } from '../heap.js'
import { bandsOf, type Pooling, poolingOf, wordsOf } from './pooling-geometry.js'
import { tasksFor } from './work.js'

/** `avgPool`, `maxPool` and those over volumes, float32; the latter take other dtypes as float32. */
export function windowed(op: Op): (fallback: Kernel) => Kernel {
  return (fallback) => (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const engine = engineOf(backend)
    const pooling = poolingOf(x.shape, attributes)
    const isKnown = x.dtype === 'float32' && pooling !== null
    if (engine === null || !isKnown || isMeanOfNothing(op, x, pooling)) {
      return fallback(inputs, backend, attributes)
    }
    const out = backend.makeOutput(pooling.outShape, 'float32')
    const rows = util.sizeFromShape(pooling.outShape.slice(0, -2))
    const tasks = tasksFor(rows, 4 * util.sizeFromShape(x.shape))
    engine.launch(op, tasks, [out], [x], [...wordsOf(pooling), tasks])
    return out
  }
}

/** Whether some mean of a volume is one of padding alone, which tfjs has as 0; that of an image is NaN. */
function isMeanOfNothing(op: Op, { shape }: TensorInfo, pooling: Pooling): boolean {
  const { image, out, window, strides, before } = pooling
  if (op !== Op.meanOfWindows || shape.length !== 5) return false
  return [0, 1, 2].some((axis) => {
    const at = (axes: Pooling['image']) => axes[axis] as number
    const last = (at(out) - 1) * at(strides) - at(before)
    return at(before) >= at(window) || last >= at(image)
  })
}

/** `maxPool3d`, which takes other dtypes as float32. */
export function windowedAsFloat(op: Op): (fallback: Kernel) => Kernel {
  return (fallback) => (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    if (x.dtype === 'float32') return windowed(op)(fallback)(inputs, backend, attributes)
    const cast = runKernel('Cast', { x }, backend, { dtype: 'float32' })
    const out = windowed(op)(fallback)({ x: cast }, backend, attributes)
    free(backend, cast)
    return out
  }
}

/**
 * Gradients of poolings by their input, float32. That of a largest value goes to the first largest value of
 * its window; that of a mean is divided by the size of the whole window, as everywhere in tfjs.
 */
export function windowedGradient(op: Op): (fallback: Kernel) => Kernel {
  return (fallback) => (inputs, backend, attributes) => {
    const { dy, input } = inputs as Inputs & { dy: TensorInfo; input: TensorInfo }
    const engine = engineOf(backend)
    const pooling = poolingOf(input.shape, attributes)
    const isFloat = dy.dtype === 'float32' && input.dtype === 'float32'
    if (engine === null || !isFloat || pooling === null) {
      return fallback(inputs, backend, attributes)
    }
    const out = backend.makeOutput(input.shape, 'float32')
    const isMax = op === Op.largestOfWindowsGradient
    const rows = util.sizeFromShape(input.shape.slice(0, -2))
    const tasks = tasksFor(
      isMax ? bandsOf(pooling) : rows,
      8 * util.sizeFromShape(input.shape),
    )
    engine.launch(op, tasks, [out], isMax ? [dy, input] : [dy], [
      ...wordsOf(pooling),
      tasks,
    ])
    return out
  }
}
