import { type TensorInfo, util } from '@tensorflow/tfjs-core'
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

const ACTIVATIONS: Readonly<Record<string, string>> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  prelu: 'Prelu',
  leakyrelu: 'LeakyRelu',
}

/**
 * `activation(a · b + bias)` for float32, shapes as in {@link batchMatMul}. One matrix with a bias
 * of one value per column stays one call of XNNPACK; anything else (stacks, a bias of another shape)
 * becomes a product, a sum and an activation.
 *
 * @param stock tfjs' own kernel
 * @throws Error where the activation is none of linear, relu, relu6, elu, sigmoid, prelu, leakyrelu
 */
export function fusedMatMul(stock: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { a, b, bias } = inputs as Inputs & { a: TensorInfo; b: TensorInfo }
    const shape = productShape(a, b, attributes)
    const { rows, inner, columns, batch } = shape
    const isFlat = util.sizeFromShape([...batch]) === 1 && rows * inner * columns > 0
    const hasPlainBias = bias == null || (bias.shape.length === 1 && bias.shape[0] === columns)
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
    const straight = { ...attributes, transposeA: false, transposeB: false }
    const out = stock({ ...inputs, ...factors }, backend, straight)
    free(backend, left, right)
    return reshaped(out, [...batch, rows, columns])
  }
}

function composed(inputs: Inputs, backend: WasmBackend, attributes: Attributes): TensorInfo {
  const { a, b, bias, preluActivationWeights } = inputs as Inputs & { a: TensorInfo; b: TensorInfo }
  const activation = String(attributes.activation ?? 'linear')
  const kernel = ACTIVATIONS[activation]
  if (kernel === undefined && activation !== 'linear') {
    throw new Error(
      `_FusedMatMul was asked for the activation "${activation}"; the wasm backend has linear, ` +
        `${Object.keys(ACTIVATIONS).join(', ')}. Apply yours after the product.`,
    )
  }
  let out = runKernel('BatchMatMul', { a, b }, backend, attributes)
  const replace = (next: TensorInfo) => {
    free(backend, out)
    out = next
  }
  if (bias != null) replace(runKernel('Add', { a: out, b: bias }, backend))
  if (kernel === undefined) return out
  const operands = activation === 'prelu' ? { x: out, alpha: preluActivationWeights } : { x: out }
  replace(
    runKernel(kernel, operands as Inputs, backend, { alpha: attributes.leakyreluAlpha ?? 0.2 }),
  )
  return out
}
