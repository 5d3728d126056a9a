import type { TensorInfo } from '@tensorflow/tfjs-core'
import { runKernel, type WasmBackend } from '../heap.js'
import type { Convolution } from './convolution.js'

/**
 * The part of `dy` that the forward convolution of that input would give: a transposed convolution may be
 * asked for an output that is smaller than `dy` would fill, and takes `dy` from the top left then. The caller
 * frees what is not `dy` itself.
 *
 * @throws Error if `dy` does not fill the output
 */
export function covering(
  backend: WasmBackend,
  dy: TensorInfo,
  { outShape }: Convolution,
  inputShape: readonly number[],
): TensorInfo {
  if (outShape.every((length, axis) => length === dy.shape[axis])) return dy
  if (outShape.some((length, axis) => length > (dy.shape[axis] as number))) {
    throw new Error(
      `A convolution's gradient got values of shape [${dy.shape}], which do not fill an output of ` +
        `[${inputShape}]: that takes [${outShape}]. Ask for a smaller output.`,
    )
  }
  const begin = outShape.map(() => 0)
  return runKernel('Slice', { x: dy }, backend, { begin, size: [...outShape] })
}
