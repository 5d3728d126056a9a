import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { Unary } from '../engine/elementwise-function.js'
import { type Engine, engineOf } from '../engine/engine.js'
import { Op } from '../engine/op.js'
import type { Attributes, Inputs, Kernel } from '../heap.js'
import type { LaunchKernels } from './launch-kernels.js'
import { taskShare } from './task-share.js'

/** Elements of a task at least, for functions of about 2 ns per element. */
const LEAST_OF_SLOW = 2048

type Parameters = (attributes: Attributes) => readonly [p: number, q: number]

const NONE: Parameters = () => [0, 0]

const alpha: Parameters = (attributes) => [Number(attributes.alpha ?? 0), 0]
const slope: Parameters = (attributes) => [Number(attributes.alpha ?? 0.2), 0]
const bounds: Parameters = ({ clipValueMin, clipValueMax }) => [
  Number(clipValueMin),
  Number(clipValueMax),
]

/** Kernels of one operand, float32 or where a step meets them int32; other dtypes go to the fallback. */
export const unaryKernels: LaunchKernels = {
  Abs: unary(Unary.abs, { whole: Unary.absInt }),
  Acos: unary(Unary.acos),
  Acosh: unary(Unary.acosh),
  Asin: unary(Unary.asin),
  Asinh: unary(Unary.asinh),
  Atan: unary(Unary.atan),
  Atanh: unary(Unary.atanh),
  Ceil: unary(Unary.ceil, { whole: Unary.copy }),
  ClipByValue: unary(Unary.clip, { whole: Unary.clipInt, parameters: bounds }),
  Cos: unary(Unary.cos),
  Cosh: unary(Unary.cosh),
  Elu: unary(Unary.elu),
  Erf: unary(Unary.erf),
  Exp: unary(Unary.exp),
  Expm1: unary(Unary.expm1),
  Floor: unary(Unary.floor, { whole: Unary.copy }),
  LeakyRelu: unary(Unary.leakyRelu, { parameters: slope }),
  Log: unary(Unary.log),
  Log1p: unary(Unary.log1p),
  Neg: unary(Unary.neg, { whole: Unary.negInt }),
  Reciprocal: unary(Unary.reciprocal),
  Relu: unary(Unary.relu, { whole: Unary.reluInt }),
  Relu6: unary(Unary.relu6, { whole: Unary.clipInt, parameters: () => [0, 6] }),
  Round: unary(Unary.round, { whole: Unary.copy }),
  Rsqrt: unary(Unary.rsqrt),
  Selu: unary(Unary.selu),
  Sigmoid: unary(Unary.sigmoid),
  Sign: unary(Unary.sign, { whole: Unary.signInt }),
  Sin: unary(Unary.sin),
  Sinh: unary(Unary.sinh),
  Softplus: unary(Unary.softplus),
  Sqrt: unary(Unary.sqrt),
  Square: unary(Unary.square, { whole: Unary.squareInt }),
  Step: unary(Unary.step, { parameters: alpha }),
  Tan: unary(Unary.tan),
  Tanh: unary(Unary.tanh),
}

interface UnaryOptions {
  /** The function for int32. */
  readonly whole?: Unary
  readonly parameters?: Parameters
}

function unary(
  fn: Unary,
  { whole, parameters = NONE }: UnaryOptions = {},
): (fallback: Kernel) => Kernel {
  return (fallback) => (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const engine = engineOf(backend)
    const chosen = x.dtype === 'float32' ? fn : x.dtype === 'int32' ? whole : undefined
    const floats = parameters(attributes)
    if (engine === null || chosen === undefined || isInexact(chosen, floats))
      return fallback(inputs, backend, attributes)
    const out = backend.makeOutput(x.shape, x.dtype)
    launchUnary(engine, chosen, out, x, floats)
    return out
  }
}

/** Whether bounds for int32 are no whole numbers that a float32 holds. */
function isInexact(fn: Unary, bounds: readonly number[]): boolean {
  const isWhole = (bound: number) => Number.isInteger(bound) && Math.abs(bound) <= 2 ** 24
  return fn === Unary.clipInt && !bounds.every(isWhole)
}

/** Writes a function of each element of `x` to `out`, of the same size. */
export function launchUnary(
  engine: Engine,
  fn: Unary,
  out: TensorInfo,
  x: TensorInfo,
  parameters: readonly [p: number, q: number] = [0, 0],
): void {
  const count = util.sizeFromShape(x.shape)
  const isSlow = fn >= Unary.exp && fn < Unary.absInt
  const { tasks, perTask } = taskShare(count, isSlow ? LEAST_OF_SLOW : undefined)
  engine.launch(Op.unary, tasks, [out], [x], [fn, count, perTask], parameters)
}
