import type { Kernel } from './heap.js'

/**
 * The same tensor under another handle, any numeric dtype: shares the values, as tfjs' cpu backend
 * does, where tfjs' wasm backend copies them. A step makes one for each value its gradient needs.
 *
 * @param stock tfjs' own kernel, used for strings
 */
export function identity(stock: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x } = inputs
    if (x === undefined || x.dtype === 'string') return stock(inputs, backend, attributes)
    backend.incRef(x.dataId)
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype }
  }
}
