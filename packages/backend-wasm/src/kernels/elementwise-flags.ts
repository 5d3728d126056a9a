import type { DataType, TensorInfo } from '@tensorflow/tfjs-core'
import { Unary } from '../engine/elementwise-function.js'
import { engineOf } from '../engine/engine.js'
import type { Inputs, Kernel } from '../heap.js'
import { launchUnary } from './elementwise-unary.js'
import type { LaunchKernels } from './launch-kernels.js'

/** Kernels from and to bools, and the cast between float32, int32 and bool. */
export const flagKernels: LaunchKernels = {
  Cast: cast,
  IsFinite: test(Unary.isFinite),
  IsInf: test(Unary.isInfinite),
  IsNan: test(Unary.isNaN),
  LogicalNot: logicalNot,
}

function test(fn: Unary): (fallback: Kernel) => Kernel {
  return (fallback) => (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const engine = engineOf(backend)
    if (engine === null || x.dtype !== 'float32')
      return fallback(inputs, backend, attributes)
    const out = backend.makeOutput(x.shape, 'bool')
    launchUnary(engine, fn, out, x)
    return out
  }
}

function logicalNot(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const engine = engineOf(backend)
    if (engine === null || x.dtype !== 'bool')
      return fallback(inputs, backend, attributes)
    const out = backend.makeOutput(x.shape, 'bool')
    launchUnary(engine, Unary.not, out, x)
    return out
  }
}

const CASTS: Partial<Record<DataType, Partial<Record<DataType, Unary>>>> = {
  float32: { int32: Unary.floatToInt, bool: Unary.isNotZero },
  int32: { float32: Unary.intToFloat, bool: Unary.isNotZeroInt },
  bool: { float32: Unary.flagToFloat, int32: Unary.flagToInt },
}

/** A cast to the same dtype shares the values. */
function cast(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const engine = engineOf(backend)
    const dtype = attributes.dtype as DataType
    const fn = CASTS[x.dtype]?.[dtype]
    if (engine !== null && x.dtype === dtype && x.dtype in CASTS) {
      backend.incRef(x.dataId)
      return { dataId: x.dataId, shape: x.shape, dtype }
    }
    if (engine === null || fn === undefined) return fallback(inputs, backend, attributes)
    const out = backend.makeOutput(x.shape, dtype)
    launchUnary(engine, fn, out, x)
    return out
  }
}
