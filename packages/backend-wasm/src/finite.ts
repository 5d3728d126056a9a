import type { TensorInfo } from '@tensorflow/tfjs-core'
import { floats, type WasmBackend } from './heap.js'

/**
 * Whether all values of a float32 tensor are finite. Times zero a finite value is zero and any other
 * is NaN, which a sum keeps.
 */
export function isAllFinite(backend: WasmBackend, x: TensorInfo): boolean {
  let sum = 0
  for (const value of floats(backend, x)) sum += 0 * value
  return sum === 0
}
