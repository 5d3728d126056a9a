import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { free, type Inputs, type Kernel } from './heap.js'
import { casted } from './other-dtypes.js'

/**
 * `cumsum` and `cumprod`; an axis may be counted from the end. tfjs' own kernels write beyond the result
 * then. Sums and products of bools are int32, as tfjs' cpu backend gives them.
 *
 * @param stock tfjs' own kernel
 */
export function scan(stock: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const [axis] = util.parseAxisParam(attributes.axis as number, x.shape) as [number]
    if (x.dtype !== 'bool') return stock({ x }, backend, { ...attributes, axis })
    const numbers = casted(backend, x, 'int32')
    const out = stock({ x: numbers }, backend, { ...attributes, axis })
    free(backend, numbers)
    return out
  }
}
