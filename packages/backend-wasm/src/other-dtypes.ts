import type { TensorInfo } from '@tensorflow/tfjs-core'
import {
  free,
  type Inputs,
  type Kernel,
  reshaped,
  runKernel,
  type WasmBackend,
} from './heap.js'

/** Kernels that tfjs wrote for float32 and int32 and that give unwritten memory for bool, or write beyond it. */
const WITHOUT_BOOL = [
  ...['Abs', 'Exp', 'Expm1', 'LeakyRelu', 'Neg', 'Relu', 'Round', 'Selu', 'Sign', 'Sinh'],
  ...['Softplus', 'Square', 'Step', 'Atan', 'FloorDiv', 'Mod', 'Atan2', 'Reverse'],
]

/** Kernels that tfjs wrote for float32 and that give unwritten memory, or read its bits, for others. */
const FLOAT_ONLY = [
  ...['Acos', 'Acosh', 'Asin', 'Asinh', 'Atanh', 'Log1p', 'Reciprocal'],
  ...['IsNan', 'IsFinite', 'IsInf'],
]

/** Kernels whose result is float32 or bool whatever they are given; others keep the dtype. */
const OWN_RESULT = ['Exp', 'Expm1', 'LeakyRelu', 'IsNan', 'IsFinite', 'IsInf']

/** tfjs' own kernels, made to take the dtypes that they have no code for, as tfjs' cpu backend does. */
export const otherDtypes: Readonly<Record<string, (stock: Kernel) => Kernel>> =
  Object.fromEntries([
    ...WITHOUT_BOOL.map((name) => [name, throughFloat(name, ['bool'])] as const),
    ...FLOAT_ONLY.map((name) => [name, throughFloat(name, ['bool', 'int32'])] as const),
  ])

/** Computes in float32 if an operand has one of these dtypes, and casts the result back. */
function throughFloat(
  name: string,
  dtypes: readonly string[],
): (stock: Kernel) => Kernel {
  return (stock) => (inputs, backend, attributes) => {
    const operands = Object.entries(inputs)
    const foreign = operands.find(([, { dtype }]) => dtypes.includes(dtype))
    if (foreign === undefined) return stock(inputs, backend, attributes)
    const cast = operands.map(([key, x]) => [key, casted(backend, x, 'float32')] as const)
    const out = stock(Object.fromEntries(cast) as Inputs, backend, attributes)
    free(backend, ...cast.map(([, tensor]) => tensor))
    if (OWN_RESULT.includes(name)) return out
    const result = casted(backend, out, foreign[1].dtype)
    free(backend, out)
    return result
  }
}

/** A tensor with its values as another dtype; the caller frees it. */
export function casted(
  backend: WasmBackend,
  x: TensorInfo,
  dtype: TensorInfo['dtype'],
): TensorInfo {
  return runKernel('Cast', { x: reshaped(x, x.shape) }, backend, { dtype })
}
