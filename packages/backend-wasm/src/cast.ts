import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type Inputs, type Kernel, numbers } from './heap.js'

/**
 * `cast` between float32, int32 and bool. A bool is 0 or 1: anything but 0 is 1, NaN too. An int32 is
 * the number without its fraction; NaN becomes 0.
 *
 * @param stock tfjs' own kernel, used for other dtypes
 */
export function cast(stock: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const dtype = attributes.dtype as TensorInfo['dtype']
    if (dtype !== 'bool' || x.dtype === 'string')
      return stock(inputs, backend, attributes)
    const out = backend.makeOutput(x.shape, 'bool')
    const from = numbers(backend, x)
    const to = numbers(backend, out)
    for (let i = 0; i < to.length; i++) to[i] = from[i] === 0 ? 0 : 1
    return out
  }
}
