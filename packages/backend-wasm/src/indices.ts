import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type Inputs, integers, type Kernel, type WasmBackend } from './heap.js'

/**
 * `gatherND`, `scatterND`, `tensorScatterUpdate`, `sparseToDense`, `cropAndResize`, `bincount`: tfjs' own
 * kernels read and write other memory if an index is outside.
 */
export const checkedIndices: Readonly<Record<string, (stock: Kernel) => Kernel>> = {
  Bincount: counted('x'),
  CropAndResize: (stock) => (inputs, backend, attributes) => {
    const { image, boxInd } = inputs as Inputs & { image: TensorInfo; boxInd: TensorInfo }
    check('cropAndResize', backend, boxInd, [image.shape[0] as number])
    return stock(inputs, backend, attributes)
  },
  DenseBincount: counted('x'),
  GatherNd: (stock) => (inputs, backend, attributes) => {
    const { params, indices } = inputs as Inputs & {
      params: TensorInfo
      indices: TensorInfo
    }
    check('gatherND', backend, indices, params.shape.slice(0, indices.shape.at(-1)))
    return stock(inputs, backend, attributes)
  },
  ScatterNd: (stock) => (inputs, backend, attributes) => {
    const { indices } = inputs as Inputs & { indices: TensorInfo }
    check('scatterND', backend, indices, scattered(indices, attributes.shape as number[]))
    return stock(inputs, backend, attributes)
  },
  SparseToDense: (stock) => (inputs, backend, attributes) => {
    const { sparseIndices } = inputs as Inputs & { sparseIndices: TensorInfo }
    const sizes = scattered(sparseIndices, attributes.outputShape as number[])
    check('sparseToDense', backend, sparseIndices, sizes)
    return stock(inputs, backend, attributes)
  },
  TensorScatterUpdate: (stock) => (inputs, backend, attributes) => {
    const { tensor, indices } = inputs as Inputs & {
      tensor: TensorInfo
      indices: TensorInfo
    }
    check('tensorScatterUpdate', backend, indices, scattered(indices, tensor.shape))
    return stock(inputs, backend, attributes)
  },
}

/** The axes that the indices name; of rank 0 or 1, each index is one of the first axis. */
function scattered(indices: TensorInfo, shape: readonly number[]): readonly number[] {
  return shape.slice(0, indices.shape.length > 1 ? indices.shape.at(-1) : 1)
}

/** @throws Error if an index, of which there is one per axis in turn, is outside of its axis */
function check(
  operation: string,
  backend: WasmBackend,
  indices: TensorInfo,
  sizes: readonly number[],
): void {
  integers(backend, indices).forEach((index, i) => {
    const size = sizes[i % sizes.length] as number
    if (index >= 0 && index < size) return
    throw new Error(
      `${operation} got the index ${index} for an axis of ${size}; indices count from 0.`,
    )
  })
}

function counted(name: string): (stock: Kernel) => Kernel {
  return (stock) => (inputs, backend, attributes) => {
    const lowest = integers(backend, inputs[name] as TensorInfo).find(
      (value) => value < 0,
    )
    if (lowest === undefined) return stock(inputs, backend, attributes)
    throw new Error(`bincount got ${lowest}; give non-negative integers.`)
  }
}
