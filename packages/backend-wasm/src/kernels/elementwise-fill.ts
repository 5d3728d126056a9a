import { type DataType, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { Binary, Unary } from '../engine/elementwise-function.js'
import { type Engine, engineOf } from '../engine/engine.js'
import { Op } from '../engine/op.js'
import type { Inputs, Kernel } from '../heap.js'
import { launchBinary } from './elementwise-binary.js'
import { launchUnary } from './elementwise-unary.js'
import type { LaunchKernels } from './launch-kernels.js'
import { taskShare } from './task-share.js'

/** Kernels that write constants, and the sum of several tensors. */
export const fillKernels: LaunchKernels = {
  AddN: addN,
  Fill: fill,
  OnesLike: like(1),
  Range: range,
  ZerosLike: like(0),
}

const NUMERIC: readonly DataType[] = ['float32', 'int32', 'bool']

/** Writes one value to all elements of a float32, int32 or bool. */
export function launchFill(engine: Engine, out: TensorInfo, value: number): void {
  const count = util.sizeFromShape(out.shape)
  const { tasks, perTask } = taskShare(count)
  const width = util.bytesPerElement(out.dtype)
  engine.launch(
    Op.fill,
    tasks,
    [out],
    [],
    [count, perTask, width, bitsOf(value, out.dtype)],
  )
}

/** A value as it lies in memory. */
export function bitsOf(value: number, dtype: DataType): number {
  if (dtype === 'float32')
    return new Int32Array(Float32Array.of(value).buffer)[0] as number
  return dtype === 'bool' ? Number(value !== 0) : Math.trunc(value)
}

function fill(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { shape, value } = attributes as unknown as {
      shape: number[]
      value: number | string
    }
    const dtype = (attributes.dtype as DataType | undefined) ?? util.inferDtype(value)
    const engine = engineOf(backend)
    if (engine === null || typeof value === 'string' || !NUMERIC.includes(dtype))
      return fallback(inputs, backend, attributes)
    const out = backend.makeOutput(shape, dtype)
    launchFill(engine, out, Number(value))
    return out
  }
}

function like(value: number): (fallback: Kernel) => Kernel {
  return (fallback) => (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const engine = engineOf(backend)
    if (engine === null || !NUMERIC.includes(x.dtype))
      return fallback(inputs, backend, attributes)
    const out = backend.makeOutput(x.shape, x.dtype)
    launchFill(engine, out, value)
    return out
  }
}

function addN(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const terms = Object.values(inputs)
    const [first, second] = terms as [TensorInfo, TensorInfo | undefined]
    const { dtype } = first
    const engine = engineOf(backend)
    const isKnown = dtype === 'float32' || dtype === 'int32'
    if (engine === null || !isKnown || terms.some((term) => term.dtype !== dtype))
      return fallback(inputs, backend, attributes)
    const out = backend.makeOutput(first.shape, dtype)
    const add = dtype === 'float32' ? Binary.add : Binary.addInt
    if (second === undefined) launchUnary(engine, Unary.copy, out, first)
    else launchBinary(engine, add, out, first, second)
    for (const term of terms.slice(2)) launchBinary(engine, add, out, out, term)
    return out
  }
}

function range(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { start, stop, step, dtype } = attributes as unknown as {
      start: number
      stop: number
      step: number
      dtype: DataType
    }
    const engine = engineOf(backend)
    const toMemory = dtype === 'int32' ? Math.trunc : Math.fround
    const isExact = toMemory(start) === start && toMemory(step) === step
    const isKnown = dtype === 'float32' || dtype === 'int32'
    const count = Math.abs(Math.ceil((stop - start) / step))
    const isUpward = start === stop || start < stop === step > 0
    if (engine === null || !isKnown || !isExact || !isUpward || !Number.isFinite(count))
      return fallback(inputs, backend, attributes)
    const out = backend.makeOutput([count], dtype)
    const words = [bitsOf(start, dtype), bitsOf(step, dtype)]
    engine.launch(Op.range, 1, [out], [], [count, Number(dtype === 'float32'), ...words])
    return out
  }
}
