import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { floats, free, type Inputs, type Kernel, numbers } from './heap.js'

/**
 * `maximum` and `minimum`, where a NaN in either operand gives NaN; tfjs' own kernels keep it for the
 * first operand only.
 *
 * @param stock tfjs' own kernel
 */
export function largerOrSmaller(stock: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { a, b } = inputs as Inputs & { a: TensorInfo; b: TensorInfo }
    const out = stock({ a, b }, backend, attributes)
    if (b.dtype !== 'float32' || !floats(backend, b).some(Number.isNaN)) return out
    const swapped = stock({ a: b, b: a }, backend, attributes)
    const [results, others] = [floats(backend, out), floats(backend, swapped)]
    others.forEach((value, i) => {
      if (Number.isNaN(value)) results[i] = value
    })
    free(backend, swapped)
    return out
  }
}

/**
 * `max`, `min`, `prod` and the like, which give the neutral value if there is nothing to reduce;
 * tfjs' own kernels leave such a result unwritten.
 *
 * @param neutral what changes no other value: for a maximum -Infinity, for a product 1
 */
export function ofNothing(neutral: number): (stock: Kernel) => Kernel {
  return (stock) => (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const out = stock(inputs, backend, attributes)
    if (util.sizeFromShape(x.shape) > 0) return out
    const values = numbers(backend, out)
    values.fill(values instanceof Int32Array ? toInt32(neutral) : neutral)
    return out
  }
}

function toInt32(value: number): number {
  return Math.min(Math.max(value, -(2 ** 31)), 2 ** 31 - 1)
}
