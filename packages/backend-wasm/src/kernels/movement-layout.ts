import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { engineOf } from '../engine/engine.js'
import type { Inputs, Kernel } from '../heap.js'
import { launchFill } from './elementwise-fill.js'
import type { LaunchKernels } from './launch-kernels.js'
import { boxAxes, isMoved, offsetOf, sizeOf, stridesOf } from './movement-axes.js'
import { joinedAxes, launchMove } from './movement-launch.js'

/** Kernels that lay out all elements anew: other axes, repeated, reversed, with a border. */
export const layoutKernels: LaunchKernels = {
  ExpandDims: expandDims,
  MirrorPad: mirrorPad,
  PadV2: pad,
  Reverse: reverse,
  Tile: tile,
  Transpose: transpose,
}

/** A transposition that leaves elements where they are shares them. */
function transpose(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const engine = engineOf(backend)
    if (engine === null || !isMoved(x)) return fallback(inputs, backend, attributes)
    const permutation = attributes.perm as number[]
    const shape = permutation.map((axis) => x.shape[axis] as number)
    const strides = stridesOf(x.shape)
    const from = permutation.map((axis) => strides[axis] as number)
    const axes = boxAxes(shape, stridesOf(shape), from)
    if (joinedAxes(axes).every(({ to }) => to === 1) && sizeOf(shape) > 0) {
      backend.incRef(x.dataId)
      return { dataId: x.dataId, shape, dtype: x.dtype }
    }
    const out = backend.makeOutput(shape, x.dtype)
    launchMove(engine, out, x, { axes })
    return out
  }
}

/** Shares the values. */
function expandDims(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { input } = inputs as Inputs & { input: TensorInfo }
    if (!isMoved(input)) return fallback(inputs, backend, attributes)
    const rank = input.shape.length
    const dim = attributes.dim as number
    util.assert(-(rank + 1) <= dim, () => {
      return `Axis must be in the interval [${-(rank + 1)}, ${rank}]`
    })
    backend.incRef(input.dataId)
    const shape = input.shape.toSpliced(dim < 0 ? rank + dim + 1 : dim, 0, 1)
    return { dataId: input.dataId, shape, dtype: input.dtype }
  }
}

function reverse(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const engine = engineOf(backend)
    if (engine === null || !isMoved(x)) return fallback(inputs, backend, attributes)
    const turned = util.parseAxisParam(attributes.dims as number | number[], x.shape)
    const strides = stridesOf(x.shape)
    const signs = x.shape.map((_, axis) => (turned.includes(axis) ? -1 : 1))
    const last = x.shape.map((size, axis) => (turned.includes(axis) ? size - 1 : 0))
    const out = backend.makeOutput(x.shape, x.dtype)
    const from = strides.map((stride, axis) => stride * (signs[axis] as number))
    const axes = boxAxes(x.shape, strides, from)
    launchMove(engine, out, x, { axes, fromStart: offsetOf(last, strides) })
    return out
  }
}

function tile(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const engine = engineOf(backend)
    const times = attributes.reps as number[]
    if (engine === null || !isMoved(x) || x.shape.length > 6)
      return fallback(inputs, backend, attributes)
    const shape = x.shape.map((size, axis) => size * (times[axis] as number))
    const out = backend.makeOutput(shape, x.dtype)
    const [to, from] = [stridesOf(shape), stridesOf(x.shape)]
    const axes = x.shape.flatMap((size, axis) => [
      { size: times[axis] as number, to: (to[axis] as number) * size, from: 0 },
      { size, to: to[axis] as number, from: from[axis] as number },
    ])
    launchMove(engine, out, x, { axes })
    return out
  }
}

type Paddings = readonly (readonly [before: number, after: number])[]

function paddedShape(x: TensorInfo, paddings: Paddings): number[] {
  return paddings.map(
    ([before, after], axis) => before + (x.shape[axis] as number) + after,
  )
}

function pad(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const engine = engineOf(backend)
    if (engine === null || !isMoved(x)) return fallback(inputs, backend, attributes)
    const paddings = attributes.paddings as unknown as Paddings
    const shape = paddedShape(x, paddings)
    const out = backend.makeOutput(shape, x.dtype)
    const to = stridesOf(shape)
    const isBordered = paddings.some(([before, after]) => before + after > 0)
    if (isBordered) launchFill(engine, out, Number(attributes.constantValue ?? 0))
    launchMove(engine, out, x, {
      axes: boxAxes(x.shape, to, stridesOf(x.shape)),
      toStart: offsetOf(
        paddings.map(([before]) => before),
        to,
      ),
    })
    return out
  }
}

/** Writes the middle, then axis by axis the borders from what is written already. */
function mirrorPad(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const engine = engineOf(backend)
    if (engine === null || !isMoved(x)) return fallback(inputs, backend, attributes)
    const paddings = attributes.paddings as unknown as Paddings
    const skipped = attributes.mode === 'reflect' ? 1 : 0
    const shape = paddedShape(x, paddings)
    const out = backend.makeOutput(shape, x.dtype)
    const to = stridesOf(shape)
    const begin = paddings.map(([before]) => before)
    launchMove(engine, out, x, {
      axes: boxAxes(x.shape, to, stridesOf(x.shape)),
      toStart: offsetOf(begin, to),
    })
    const size = [...x.shape]
    paddings.forEach(([before, after], axis) => {
      const length = x.shape[axis] as number
      const backward = to.map((stride, i) => (i === axis ? -stride : stride))
      const copy = (count: number, start: number, mirrored: number) => {
        launchMove(engine, out, out, {
          axes: boxAxes(size.with(axis, count), to, backward),
          toStart: offsetOf(begin.with(axis, start), to),
          fromStart: offsetOf(begin.with(axis, mirrored), to),
        })
      }
      copy(before, 0, 2 * before - 1 + skipped)
      copy(after, before + length, before + length - 1 - skipped)
      begin[axis] = 0
      size[axis] = shape[axis] as number
    })
    return out
  }
}
