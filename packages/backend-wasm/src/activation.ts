import type { TensorInfo } from '@tensorflow/tfjs-core'
import {
  type Attributes,
  free,
  type Inputs,
  runKernel,
  type WasmBackend,
} from './heap.js'

const KERNELS: Readonly<Record<string, string>> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  prelu: 'Prelu',
  leakyrelu: 'LeakyRelu',
}

/**
 * What a fused kernel does last, as a kernel of its own. Frees what it is given, unless there is
 * nothing to do and it is the result.
 *
 * @param inputs of the fused kernel, for the weights of prelu
 * @throws Error if the activation is none of linear, relu, relu6, elu, sigmoid, prelu, leakyrelu
 */
export function applyActivation(
  backend: WasmBackend,
  x: TensorInfo,
  inputs: Inputs,
  { activation, leakyreluAlpha }: Attributes,
): TensorInfo {
  const name = String(activation ?? 'linear')
  if (name === 'linear') return x
  const kernel = KERNELS[name]
  if (kernel === undefined) {
    free(backend, x)
    throw new Error(
      `A fused kernel was asked for the activation "${name}"; the wasm backend has linear, ` +
        `${Object.keys(KERNELS).join(', ')}. Apply yours after the product.`,
    )
  }
  const operands = name === 'prelu' ? { x, alpha: inputs.preluActivationWeights } : { x }
  const out = runKernel(kernel, operands as Inputs, backend, {
    alpha: leakyreluAlpha ?? 0.2,
  })
  free(backend, x)
  return out
}
