import type { TensorInfo } from '@tensorflow/tfjs-core'
import { isAllFinite } from './finite.js'
import { type Inputs, type Kernel, numbers, type WasmBackend } from './heap.js'

/**
 * `clipByValue` for any numeric dtype; NaN stays NaN. XNNPACK does it but for values that are not
 * finite, of which it makes the smallest, and other dtypes.
 *
 * @param stock tfjs' own kernel
 */
export function clipByValue(stock: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    if (x.dtype === 'float32' && isAllFinite(backend, x)) return stock(inputs, backend, attributes)
    const { clipValueMin, clipValueMax } = attributes
    return clipped(x, backend, clipValueMin as number, clipValueMax as number)
  }
}

/** `relu6` for any numeric dtype; NaN stays NaN. @param stock tfjs' own kernel */
export function relu6(stock: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    if (x.dtype === 'float32' && isAllFinite(backend, x)) return stock(inputs, backend, attributes)
    return clipped(x, backend, 0, 6)
  }
}

function clipped(x: TensorInfo, backend: WasmBackend, min: number, max: number): TensorInfo {
  const out = backend.makeOutput(x.shape, x.dtype)
  const from = numbers(backend, x)
  const to = numbers(backend, out)
  for (let i = 0; i < to.length; i++) {
    to[i] = Math.min(Math.max(from[i] as number, min), max)
  }
  return out
}
