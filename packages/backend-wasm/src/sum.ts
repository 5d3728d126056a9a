import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { floats, type Inputs, type Kernel, numbers, type WasmBackend } from './heap.js'

/** Rows that are added up in one pass over the sums. */
const ROWS_AT_ONCE = 4

/**
 * Sums a float32 tensor over its first axes without transposing it, which is what the gradient of a
 * bias asks for. Anything else goes to tfjs' own kernel, which transposes first.
 *
 * @param stock tfjs' own kernel
 */
export function sum(stock: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const axes = util.parseAxisParam(attributes.axis as number | number[], x.shape)
    const isLeading =
      axes.length < x.shape.length && Math.max(...axes) === axes.length - 1
    const kept = x.shape.slice(axes.length)
    const columns = util.sizeFromShape(kept)
    if (util.sizeFromShape(x.shape) === 0)
      return zeroed(stock(inputs, backend, attributes), backend)
    if (x.dtype !== 'float32' || axes.length === 0 || !isLeading || columns === 1) {
      return stock(inputs, backend, attributes)
    }
    const outShape = attributes.keepDims === true ? [...axes.map(() => 1), ...kept] : kept
    const out = backend.makeOutput(outShape, 'float32')
    addRows(floats(backend, x), floats(backend, out).fill(0), columns)
    return out
  }
}

/** tfjs' own kernel leaves the sum of nothing unwritten. */
function zeroed(out: TensorInfo, backend: WasmBackend): TensorInfo {
  numbers(backend, out).fill(0)
  return out
}

function addRows(values: Float32Array, sums: Float32Array, columns: number): void {
  const step = ROWS_AT_ONCE * columns
  let row = 0
  for (; row + step <= values.length; row += step) {
    for (let i = 0; i < columns; i++) {
      const place = row + i
      sums[i] =
        (sums[i] as number) +
        ((values[place] as number) + (values[place + columns] as number)) +
        ((values[place + 2 * columns] as number) +
          (values[place + 3 * columns] as number))
    }
  }
  for (; row < values.length; row += columns) {
    for (let i = 0; i < columns; i++)
      sums[i] = (sums[i] as number) + (values[row + i] as number)
  }
}
