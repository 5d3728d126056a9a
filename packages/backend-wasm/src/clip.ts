import type { TensorInfo } from '@tensorflow/tfjs-core'
import { isAllFinite } from './finite.js'
import {
  type Attributes,
  type Inputs,
  type Kernel,
  numbers,
  type WasmBackend,
} from './heap.js'

/** `clipByValue` for any numeric dtype; NaN stays NaN. */
export const clipByValue = clipping(({ clipValueMin, clipValueMax }) => [
  clipValueMin as number,
  clipValueMax as number,
])

/** `relu6` for any numeric dtype; NaN stays NaN. */
export const relu6 = clipping(() => [0, 6])

/** XNNPACK clips float32, but it makes a number of NaN, so that values with one go through a plain loop. */
function clipping(
  boundsOf: (attributes: Attributes) => readonly [min: number, max: number],
): (stock: Kernel) => Kernel {
  return (stock) => (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    if (x.dtype === 'float32' && isAllFinite(backend, x))
      return stock(inputs, backend, attributes)
    const [min, max] = boundsOf(attributes)
    return clipped(x, backend, min, max)
  }
}

function clipped(
  x: TensorInfo,
  backend: WasmBackend,
  min: number,
  max: number,
): TensorInfo {
  const out = backend.makeOutput(x.shape, x.dtype)
  const from = numbers(backend, x)
  const to = numbers(backend, out)
  for (let i = 0; i < to.length; i++) {
    to[i] = Math.min(Math.max(from[i] as number, min), max)
  }
  return out
}
