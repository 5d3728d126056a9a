import { type TensorInfo, upcastType } from '@tensorflow/tfjs-core'
import { free, type Inputs, type Kernel, numbers } from './heap.js'
import { casted } from './other-dtypes.js'

/**
 * `where`, whose condition has the shape of the values or is one per row. tfjs' own kernel moves four
 * bytes per value whatever the dtypes, so that it mixes up bools and writes beyond the result, and takes
 * an int32 beside a float32 for one.
 *
 * @param stock tfjs' own kernel, used for float32 and int32
 */
export function select(stock: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { condition, t, e } = inputs as Inputs &
      Record<'condition' | 't' | 'e', TensorInfo>
    if (t.dtype !== e.dtype) {
      const dtype = upcastType(t.dtype, e.dtype)
      const [chosen, others] = [casted(backend, t, dtype), casted(backend, e, dtype)]
      const out = select(stock)({ condition, t: chosen, e: others }, backend, attributes)
      free(backend, chosen, others)
      return out
    }
    if (t.dtype !== 'bool') return stock(inputs, backend, attributes)
    const out = backend.makeOutput(t.shape, 'bool')
    const [isChosen, chosen, others, to] = [condition, t, e, out].map((one) =>
      numbers(backend, one),
    ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
    const rowLength = to.length / Math.max(1, isChosen.length)
    for (let i = 0; i < to.length; i++) {
      const from = isChosen[Math.floor(i / rowLength)] === 0 ? others : chosen
      to[i] = from[i] as number
    }
    return out
  }
}
