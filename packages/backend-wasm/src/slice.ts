import { slice_util, type Tensor, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { Inputs, Kernel } from './heap.js'

/**
 * A part of a tensor of any rank and numeric dtype, moved within the heap. tfjs' own kernel copies
 * the whole tensor out of the heap for each slice. The result shares nothing with its source.
 *
 * @param stock tfjs' own kernel, used for strings
 * @throws Error if the slice reaches out of the tensor
 */
export function slice(stock: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    if (x.dtype === 'string') return stock(inputs, backend, attributes)
    const [begin, size] = slice_util.parseSliceParams(
      x as Tensor,
      attributes.begin as number | number[],
      attributes.size as number | number[],
    ) as [number[], number[]]
    slice_util.assertParamsValid(x, begin, size)
    const out = backend.makeOutput(size, x.dtype)
    const heap = backend.wasm.HEAPU8
    const from = backend.dataIdMap.get(x.dataId).memoryOffset
    let to = backend.dataIdMap.get(out.dataId).memoryOffset
    const { starts, runLength } = contiguousRuns(x.shape, begin, size)
    const bytes = util.bytesPerElement(x.dtype)
    for (const start of starts) {
      const at = from + start * bytes
      heap.copyWithin(to, at, at + runLength * bytes)
      to += runLength * bytes
    }
    return out
  }
}

/** The stretches of memory that make up a slice: where each begins and their common length, in elements. */
export function contiguousRuns(
  shape: readonly number[],
  begin: readonly number[],
  size: readonly number[],
): { starts: number[]; runLength: number } {
  let axis = shape.length
  let runLength = 1
  while (axis > 0 && runLength === elementsBelow(shape, axis)) {
    axis--
    runLength *= size[axis] as number
  }
  const first = shape.reduce((sum, length, i) => sum * length + (begin[i] as number), 0)
  let starts = runLength === 0 ? [] : [first]
  for (let i = 0; i < axis; i++) {
    const stride = elementsBelow(shape, i + 1)
    const steps = Array.from({ length: size[i] as number }, (_, step) => step * stride)
    starts = starts.flatMap((start) => steps.map((step) => start + step))
  }
  return { starts, runLength }
}

function elementsBelow(shape: readonly number[], axis: number): number {
  return shape.slice(axis).reduce((product, length) => product * length, 1)
}
