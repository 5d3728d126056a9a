import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { applyActivation } from './activation.js'
import {
  type Attributes,
  free,
  type Inputs,
  type Kernel,
  reshaped,
  runKernel,
  type WasmBackend,
} from './heap.js'
import { fasterTiles } from './matmul.js'
import { productShape } from './product-shape.js'
import { straightened } from './xnnpack.js'

/**
 * `activation(a · b + bias)` for float32, shapes as in {@link batchMatMul}. One matrix with a bias
 * of one value per column is one call of XNNPACK; anything else (stacks, a bias of another shape) is a
 * product and a sum. The activation is a separate call: XNNPACK's turns NaN into a number.
 *
 * @param stock tfjs' own kernel
 * @throws Error if the activation is none of linear, relu, relu6, elu, sigmoid, prelu, leakyrelu
 */
export function fusedMatMul(stock: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { a, b, bias } = inputs as Inputs & { a: TensorInfo; b: TensorInfo }
    const shape = productShape(a, b, attributes)
    const { rows, inner, columns, batch } = shape
    const isFlat = util.sizeFromShape([...batch]) === 1 && rows * inner * columns > 0
    const hasPlainBias =
      bias == null || (bias.shape.length === 1 && bias.shape[0] === columns)
    const isPrelu = attributes.activation === 'prelu'
    const hasTiles = fasterTiles(backend, attributes, shape) !== null
    if (!isFlat || hasTiles || !hasPlainBias || isPrelu || a.dtype !== 'float32') {
      return composed(inputs, backend, attributes)
    }
    const left = straightened(backend, a, attributes.transposeA === true)
    const right = straightened(backend, b, attributes.transposeB === true)
    const factors = {
      a: reshaped(left, [1, rows, inner]),
      b: reshaped(right, [1, inner, columns]),
    }
    const straight = { activation: 'linear', transposeA: false, transposeB: false }
    const sum = stock({ ...inputs, ...factors }, backend, straight)
    free(backend, left, right)
    const out = applyActivation(backend, sum, inputs, attributes)
    return reshaped(out, [...batch, rows, columns])
  }
}

function composed(
  inputs: Inputs,
  backend: WasmBackend,
  attributes: Attributes,
): TensorInfo {
  const { a, b, bias } = inputs as Inputs & { a: TensorInfo; b: TensorInfo }
  const product = runKernel('BatchMatMul', { a, b }, backend, attributes)
  if (bias == null) return applyActivation(backend, product, inputs, attributes)
  const sum = runKernel('Add', { a: product, b: bias }, backend)
  free(backend, product)
  return applyActivation(backend, sum, inputs, attributes)
}
