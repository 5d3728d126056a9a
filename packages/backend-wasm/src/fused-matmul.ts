import type { TensorInfo } from '@tensorflow/tfjs-core'
import { applyActivation } from './activation.js'
import { free, type Inputs, type Kernel, runKernel } from './heap.js'

/**
 * `activation(a · b + bias)`, shapes as in `BatchMatMul`, as a product, a sum and an activation: the fused
 * kernel of tfjs is naive for transposed and stacked factors and turns NaN into a number.
 *
 * @throws Error if the activation is none of linear, relu, relu6, elu, sigmoid, prelu, leakyrelu
 */
export const fusedMatMul: Kernel = (inputs, backend, attributes) => {
  const { a, b, bias } = inputs as Inputs & { a: TensorInfo; b: TensorInfo }
  const product = runKernel('BatchMatMul', { a, b }, backend, attributes)
  if (bias == null) return applyActivation(backend, product, inputs, attributes)
  const sum = runKernel('Add', { a: product, b: bias }, backend)
  free(backend, product)
  return applyActivation(backend, sum, inputs, attributes)
}
