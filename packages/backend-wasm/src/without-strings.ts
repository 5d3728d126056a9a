import type { Kernel } from './heap.js'

/** Kernels that tfjs lets run on strings, which it keeps outside of the heap, and that have no code for them. */
const NUMERIC = [
  ...['Equal', 'NotEqual', 'Less', 'LessEqual', 'Greater', 'GreaterEqual'],
  ...['GatherNd', 'SparseToDense', 'StridedSlice', 'Tile'],
]

/**
 * The kernels with those refused that would get strings: tfjs' own leave the result unwritten or end the
 * engine.
 */
export function withoutStrings<
  T extends Readonly<Record<string, (stock: Kernel) => unknown>>,
>(kernels: T): T & Record<string, (stock: Kernel) => Kernel> {
  const refusing = NUMERIC.map((name) => {
    const replace = (kernels[name] ?? ((stock: Kernel) => stock)) as (
      stock: Kernel,
    ) => Kernel
    return [name, (stock: Kernel) => refuseStrings(name, replace(stock))] as const
  })
  return { ...kernels, ...Object.fromEntries(refusing) }
}

function refuseStrings(name: string, kernel: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    if (Object.values(inputs).some((x) => x?.dtype === 'string')) {
      throw new Error(
        `${name} got strings, which the wasm engine cannot compute with; use the backend "cpu" for them.`,
      )
    }
    return kernel(inputs, backend, attributes)
  }
}
