import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Inputs, Kernel } from './heap.js'

/**
 * `softmax` over the last axis, float32.
 *
 * @param stock tfjs' own kernel, which leaves the result unwritten for a scalar
 * @throws Error for a scalar, as tfjs' cpu backend does
 */
export function softmax(stock: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { logits } = inputs as Inputs & { logits: TensorInfo }
    if (logits.shape.length === 0) {
      throw new Error(
        'softmax got a scalar, which has no axis; give values of rank 1 or more.',
      )
    }
    return stock(inputs, backend, attributes)
  }
}
