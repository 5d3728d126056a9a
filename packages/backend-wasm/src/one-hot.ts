import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type Inputs, integers, type Kernel, numbers } from './heap.js'

/**
 * `oneHot` as float32, int32 or bool: `[…]` gives `[…, depth]`. An index outside gives a row without one.
 * tfjs' own kernel writes integers whatever the dtype, which read as float32 are nearly 0.
 */
export const oneHot: Kernel = (inputs, backend, attributes) => {
  const { indices } = inputs as Inputs & { indices: TensorInfo }
  const { depth, onValue, offValue, dtype } = attributes as unknown as OneHot
  const out = backend.makeOutput([...indices.shape, depth], dtype)
  const values = numbers(backend, out)
  const asWritten = (value: number) => (dtype === 'bool' ? Number(value !== 0) : value)
  values.fill(asWritten(offValue))
  integers(backend, indices).forEach((index, row) => {
    if (index >= 0 && index < depth) values[row * depth + index] = asWritten(onValue)
  })
  return out
}

interface OneHot {
  readonly depth: number
  readonly onValue: number
  readonly offValue: number
  readonly dtype: TensorInfo['dtype']
}
