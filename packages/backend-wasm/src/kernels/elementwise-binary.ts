import { backend_util, type DataType, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { Binary } from '../engine/elementwise-function.js'
import { type Engine, engineOf } from '../engine/engine.js'
import { Op } from '../engine/op.js'
import type { Kernel } from '../heap.js'
import { type Broadcast, broadcastAxes } from './broadcast.js'
import type { LaunchKernels } from './launch-kernels.js'
import { taskShare } from './task-share.js'

/** The functions of a kernel for operands of each dtype. */
interface Functions {
  readonly float32?: Binary
  readonly int32?: Binary
  readonly bool?: Binary
}

/** Kernels of two operands that broadcast. Dtypes without a function go to the fallback. */
export const binaryKernels: LaunchKernels = {
  Add: binary({ float32: Binary.add, int32: Binary.addInt }),
  Atan2: binary({ float32: Binary.atan2 }),
  EluGrad: binary({ float32: Binary.eluGradient }, ['dy', 'y']),
  Equal: binary({
    float32: Binary.equal,
    int32: Binary.equalInt,
    bool: Binary.equalFlags,
  }),
  FloorDiv: binary({ float32: Binary.floorDivide, int32: Binary.floorDivideInt }),
  Greater: binary({
    float32: Binary.greater,
    int32: Binary.greaterInt,
    bool: Binary.greaterFlags,
  }),
  GreaterEqual: binary({
    float32: Binary.greaterEqual,
    int32: Binary.greaterEqualInt,
    bool: Binary.greaterEqualFlags,
  }),
  Less: binary({
    float32: Binary.less,
    int32: Binary.lessInt,
    bool: Binary.lessFlags,
  }),
  LessEqual: binary({
    float32: Binary.lessEqual,
    int32: Binary.lessEqualInt,
    bool: Binary.lessEqualFlags,
  }),
  LogicalAnd: binary({ bool: Binary.and }),
  LogicalOr: binary({ bool: Binary.or }),
  LogicalXor: binary({ bool: Binary.notEqualFlags }),
  Maximum: binary({ float32: Binary.maximum, int32: Binary.maximumInt }),
  Minimum: binary({ float32: Binary.minimum, int32: Binary.minimumInt }),
  Mod: binary({ float32: Binary.modulo, int32: Binary.moduloInt }),
  Multiply: binary({ float32: Binary.multiply, int32: Binary.multiplyInt }),
  NotEqual: binary({
    float32: Binary.notEqual,
    int32: Binary.notEqualInt,
    bool: Binary.notEqualFlags,
  }),
  Pow: binary({ float32: Binary.power }),
  Prelu: binary({ float32: Binary.prelu }, ['x', 'alpha']),
  RealDiv: binary({ float32: Binary.divide }),
  SquaredDifference: binary({
    float32: Binary.squaredDifference,
    int32: Binary.squaredDifferenceInt,
  }),
  Sub: binary({ float32: Binary.subtract, int32: Binary.subtractInt }),
}

function binary(
  functions: Functions,
  names: readonly [string, string] = ['a', 'b'],
): (fallback: Kernel) => Kernel {
  return (fallback) => (inputs, backend, attributes) => {
    const [a, b] = names.map((name) => inputs[name]) as [TensorInfo, TensorInfo]
    const engine = engineOf(backend)
    const fn = functions[a.dtype as keyof Functions]
    const shape = outShape(names[0], a, b)
    const isKnown = a.dtype === b.dtype && fn !== undefined && shape !== null
    const axes = isKnown ? broadcastAxes(a.shape, b.shape, shape) : null
    if (engine === null || axes === null || !isKnown || axes.sizes.length > MOST_AXES)
      return fallback(inputs, backend, attributes)
    const out = backend.makeOutput(shape, resultDtype(fn, a.dtype))
    launchBinary(engine, fn, out, a, b, axes)
    return out
  }
}

const MOST_AXES = 6

/** The shape of the result; `null` for an alpha of prelu that does not broadcast to `x`. */
function outShape(first: string, a: TensorInfo, b: TensorInfo): number[] | null {
  if (first !== 'x') return backend_util.assertAndGetBroadcastShape(a.shape, b.shape)
  const offset = a.shape.length - b.shape.length
  const fits = b.shape.every((size, i) => size === 1 || size === a.shape[i + offset])
  return offset >= 0 && fits ? [...a.shape] : null
}

function resultDtype(fn: Binary, operands: DataType): DataType {
  return fn >= Binary.equal ? 'bool' : operands
}

/** Writes a function of two operands that broadcast to `out`. */
export function launchBinary(
  engine: Engine,
  fn: Binary,
  out: TensorInfo,
  a: TensorInfo,
  b: TensorInfo,
  axes: Broadcast = broadcastAxes(a.shape, b.shape, out.shape),
): void {
  const count = util.sizeFromShape(out.shape)
  const isSlow = fn >= Binary.power && fn < Binary.addInt
  const least = isSlow ? LEAST_OF_SLOW : undefined
  if (axes.sizes.length < 2) {
    const { tasks, perTask } = taskShare(count, least)
    const steps = axes.strides.map(([step = 0]) => step)
    engine.launch(Op.binary, tasks, [out], [a, b], [fn, count, perTask, ...steps])
    return
  }
  launchRows(engine, fn, [out, a, b], axes, taskShare(count, least).tasks)
}

/** Elements of a task at least, for functions of several ns per element. */
const LEAST_OF_SLOW = 1024
/** Elements of a row at least that is made from a longer one. */
const LONG_ROW = 4096

function launchRows(
  engine: Engine,
  fn: Binary,
  [out, a, b]: readonly [out: TensorInfo, a: TensorInfo, b: TensorInfo],
  axes: Broadcast,
  wantedTasks: number,
): void {
  const count = util.sizeFromShape(out.shape)
  const { sizes, strides } = withShorterRows(axes, wantedTasks)
  const length = sizes.at(-1) as number
  const counted = sizes.slice(0, -1)
  const rows = count / Math.max(1, length)
  const forms = strides.map((one) => rowForm(one, sizes))
  const perTask = Math.max(1, Math.ceil(rows / Math.max(1, wantedTasks)))
  engine.launch(
    Op.binaryRows,
    count === 0 ? 0 : Math.ceil(rows / perTask),
    [out],
    [a, b],
    [
      ...[fn, rows, perTask, length, ...forms, counted.length, ...counted],
      ...strides.flatMap((one) => one.slice(0, -1)),
    ],
  )
}

/** Halves rows while there are fewer than tasks. */
function withShorterRows({ sizes, strides }: Broadcast, tasks: number): Broadcast {
  let length = sizes.at(-1) as number
  let parts = 1
  const rows = sizes.slice(0, -1).reduce((product, size) => product * size, 1)
  while (rows * parts < tasks && length % 2 === 0 && length / 2 >= LONG_ROW) {
    length /= 2
    parts *= 2
  }
  if (parts === 1) return { sizes, strides }
  const split = (one: readonly number[]) => {
    const step = one.at(-1) as number
    return [...one.slice(0, -1), step * length, step]
  }
  return {
    sizes: [...sizes.slice(0, -1), parts, length],
    strides: [split(strides[0]), split(strides[1])],
  }
}

/** See `binaryRows` in `assembly/binary-rows.ts`. */
function rowForm(strides: readonly number[], sizes: readonly number[]): 0 | 1 | 2 {
  if (strides.at(-1) === 0) return 0
  let dense = 1
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    if (strides[axis] !== dense) return 1
    dense *= sizes[axis] as number
  }
  return 2
}
