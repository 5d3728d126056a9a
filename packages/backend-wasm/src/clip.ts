import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type Inputs, type Kernel, numbers, type WasmBackend } from './heap.js'

/** `clipByValue` for any numeric dtype; NaN stays NaN. */
export const clipByValue: Kernel = (inputs, backend, attributes) => {
  const { clipValueMin, clipValueMax } = attributes
  return clipped(inputs, backend, clipValueMin as number, clipValueMax as number)
}

/** `relu6` for any numeric dtype; NaN stays NaN. */
export const relu6: Kernel = (inputs, backend) => clipped(inputs, backend, 0, 6)

function clipped(inputs: Inputs, backend: WasmBackend, min: number, max: number): TensorInfo {
  const { x } = inputs as Inputs & { x: TensorInfo }
  const out = backend.makeOutput(x.shape, x.dtype)
  const from = numbers(backend, x)
  const to = numbers(backend, out)
  for (let i = 0; i < to.length; i++) {
    to[i] = Math.min(Math.max(from[i] as number, min), max)
  }
  return out
}
