import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type Inputs, type Kernel, numbers } from './heap.js'

/**
 * `where`, whose condition has the shape of the values or is one per row. tfjs' own kernel moves four
 * bytes per value, so that with bools it mixes them up and writes beyond the result.
 *
 * @param stock tfjs' own kernel, used for float32 and int32
 */
export function select(stock: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { condition, t, e } = inputs as Inputs & Record<'condition' | 't' | 'e', TensorInfo>
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
