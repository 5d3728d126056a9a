import {
  backend_util,
  slice_util,
  type Tensor,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { type Engine, engineOf } from '../engine/engine.js'
import type { Inputs, Kernel, KernelOfSeveral, WasmBackend } from '../heap.js'
import type { LaunchKernels } from './launch-kernels.js'
import { boxAxes, isMoved, offsetOf, sizeOf, stridesOf } from './movement-axes.js'
import { launchMove } from './movement-launch.js'

/** Kernels that take tensors apart or put them together. */
export const partKernels: LaunchKernels = {
  Concat: concat,
  Pack: pack,
  Slice: slice,
  SplitV: splitV,
  StridedSlice: stridedSlice,
  Unpack: unpack,
}

function slice(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const engine = engineOf(backend)
    if (engine === null || !isMoved(x)) return fallback(inputs, backend, attributes)
    const [begin, size] = slice_util.parseSliceParams(
      x as Tensor,
      attributes.begin as number | number[],
      attributes.size as number | number[],
    ) as [number[], number[]]
    slice_util.assertParamsValid(x, begin, size)
    return part(engine, backend, x, begin, size)
  }
}

/** A copy of a box of `x`. */
function part(
  engine: Engine,
  backend: WasmBackend,
  x: TensorInfo,
  begin: readonly number[],
  size: readonly number[],
): TensorInfo {
  const out = backend.makeOutput([...size], x.dtype)
  const strides = stridesOf(x.shape)
  launchMove(engine, out, x, {
    axes: boxAxes(size, stridesOf(size), strides),
    fromStart: offsetOf(begin, strides),
  })
  return out
}

function splitV(fallback: Kernel): KernelOfSeveral {
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const engine = engineOf(backend)
    if (engine === null || !isMoved(x))
      return several(fallback(inputs, backend, attributes))
    const [axis] = util.parseAxisParam(attributes.axis as number, x.shape) as [number]
    const splits = attributes.numOrSizeSplits as number | number[]
    const sizes = backend_util.prepareSplitSize(x as Tensor, splits, axis)
    let done = 0
    return sizes.map((length) => {
      const begin = x.shape.map((_, i) => (i === axis ? done : 0))
      done += length
      return part(engine, backend, x, begin, x.shape.with(axis, length))
    })
  }
}

/** The type of a kernel does not tell those of several results apart. */
function several(results: unknown): TensorInfo[] {
  return results as TensorInfo[]
}

function unpack(fallback: Kernel): KernelOfSeveral {
  return (inputs, backend, attributes) => {
    const { value } = inputs as Inputs & { value: TensorInfo }
    const engine = engineOf(backend)
    if (engine === null || !isMoved(value))
      return several(fallback(inputs, backend, attributes))
    const [axis] = util.parseAxisParam(attributes.axis as number, value.shape) as [number]
    const count = value.shape[axis] as number
    return Array.from({ length: count }, (_, index) => {
      const begin = value.shape.map((_, i) => (i === axis ? index : 0))
      const box = part(engine, backend, value, begin, value.shape.with(axis, 1))
      return { ...box, shape: value.shape.toSpliced(axis, 1) }
    })
  }
}

function concat(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const parts = Object.values(inputs)
    const engine = engineOf(backend)
    if (engine === null || !isMoved(...parts))
      return fallback(inputs, backend, attributes)
    const shapes = parts.map(({ shape }) => shape)
    const [axis] = util.parseAxisParam(
      attributes.axis as number,
      shapes[0] as number[],
    ) as [number]
    backend_util.assertParamsConsistent(shapes, axis)
    const shape = backend_util.computeOutShape(shapes, axis)
    return joined(engine, backend, parts, shape, axis)
  }
}

function pack(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const parts = Object.values(inputs)
    const [first] = parts as [TensorInfo]
    const engine = engineOf(backend)
    if (engine === null || !isMoved(...parts))
      return fallback(inputs, backend, attributes)
    for (const { shape } of parts) {
      util.assertShapesMatch(
        first.shape,
        shape,
        'All tensors passed to stack must have matching shapes',
      )
    }
    const axis = attributes.axis as number
    const place = axis < 0 ? axis + first.shape.length + 1 : axis
    const shape = first.shape.toSpliced(place, 0, parts.length)
    return joined(engine, backend, parts, shape, place)
  }
}

/** Tensors one after the other along an axis. */
function joined(
  engine: Engine,
  backend: WasmBackend,
  parts: readonly TensorInfo[],
  shape: number[],
  axis: number,
): TensorInfo {
  const out = backend.makeOutput(shape, (parts[0] as TensorInfo).dtype)
  const outer = sizeOf(shape.slice(0, axis))
  const stride = sizeOf(shape.slice(axis))
  let done = 0
  for (const x of parts) {
    const length = sizeOf(x.shape) / Math.max(1, outer)
    launchMove(engine, out, x, {
      axes: boxAxes([outer, length], [stride, 1], [length, 1]),
      toStart: done,
    })
    done += length
  }
  return out
}

interface Slicing {
  readonly begin: number[]
  readonly end: number[]
  readonly strides: number[]
  readonly beginMask: number
  readonly endMask: number
  readonly ellipsisMask: number
  readonly newAxisMask: number
  readonly shrinkAxisMask: number
}

function stridedSlice(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const engine = engineOf(backend)
    if (engine === null || !isMoved(x)) return fallback(inputs, backend, attributes)
    const { begin, end, strides, ...masks } = attributes as unknown as Slicing
    const { beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = masks
    const info = slice_util.sliceInfo(
      ...([x.shape, begin, end, strides, beginMask, endMask] as const),
      ...([ellipsisMask, newAxisMask, shrinkAxisMask] as const),
    )
    const size = slice_util.computeOutShape(info.begin, info.end, info.strides)
    const out = backend.makeOutput(info.finalShape, x.dtype)
    const from = stridesOf(x.shape)
    const steps = from.map((stride, axis) => stride * (info.strides[axis] as number))
    launchMove(engine, out, x, {
      axes: boxAxes(size, stridesOf(size), steps),
      fromStart: offsetOf(info.begin, from),
    })
    return out
  }
}
