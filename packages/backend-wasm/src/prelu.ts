import type { TensorInfo } from '@tensorflow/tfjs-core'
import { floats, free, type Inputs, type Kernel, type WasmBackend } from './heap.js'
import { casted } from './other-dtypes.js'
import { broadcastStarts } from './product-shape.js'

/**
 * `prelu`, float32, with an `alpha` of any shape that broadcasts to that of `x`. XNNPACK knows one
 * value per channel, so any other `alpha` is laid out in full.
 *
 * @param stock tfjs' own kernel
 */
export function prelu(stock: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x, alpha } = inputs as Inputs & { x: TensorInfo; alpha: TensorInfo }
    if (alpha.dtype !== 'float32') {
      const cast = casted(backend, alpha, 'float32')
      const result = prelu(stock)({ x, alpha: cast }, backend, attributes)
      free(backend, cast)
      return result
    }
    if (isSuffix(alpha.shape, x.shape)) return stock(inputs, backend, attributes)
    const full = broadcast(backend, alpha, x.shape)
    const out = stock({ x, alpha: full }, backend, attributes)
    free(backend, full)
    return out
  }
}

/** Whether a shape is, but for ones in front, how another one ends. */
function isSuffix(shape: readonly number[], of: readonly number[]): boolean {
  const first = shape.findIndex((size) => size !== 1)
  const kept = first < 0 ? [] : shape.slice(first)
  return kept.join() === of.slice(of.length - kept.length).join()
}

function broadcast(
  backend: WasmBackend,
  x: TensorInfo,
  shape: readonly number[],
): TensorInfo {
  if (x.shape.length > shape.length) {
    throw new Error(
      `prelu got an alpha of shape [${x.shape}] for values of shape [${shape}]; give an alpha that ` +
        'broadcasts to the values.',
    )
  }
  const out = backend.makeOutput([...shape], 'float32')
  const [from, to] = [floats(backend, x), floats(backend, out)]
  broadcastStarts(x.shape, shape, 1).forEach((start, i) => {
    to[i] = from[start] as number
  })
  return out
}
