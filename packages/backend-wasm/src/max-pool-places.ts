import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core'
import { type Inputs, integers, type KernelOfSeveral, numbers } from './heap.js'
import { forEachPixel } from './windows.js'

/**
 * `maxPoolWithArgmax`, NHWC: the largest value of each window and where it lies in the flattened image,
 * or in the whole batch. A window of nothing but NaN gives NaN and its first place; beside numbers NaN
 * is ignored, as in the rest of tfjs.
 *
 * @throws Error if the input has another rank than 4
 */
export const maxPoolWithArgmax: KernelOfSeveral = (inputs, backend, attributes) => {
  const { x } = inputs as Inputs & { x: TensorInfo }
  const { filterSize, strides, pad, includeBatchInIndex } = attributes
  if (x.shape.length !== 4) {
    throw new Error(
      `maxPoolWithArgmax got a tensor of shape [${x.shape}]; give [n, h, w, c].`,
    )
  }
  const info = backend_util.computePool2DInfo(
    x.shape as [number, number, number, number],
    filterSize as number | [number, number],
    strides as number | [number, number],
    [1, 1],
    pad as Parameters<typeof backend_util.computePool2DInfo>[4],
  )
  const result = backend.makeOutput(info.outShape, x.dtype)
  const indexes = backend.makeOutput(info.outShape, 'int32')
  const [values, largest, places] = [
    numbers(backend, x),
    numbers(backend, result),
    integers(backend, indexes),
  ]
  const channels = info.inChannels
  const pixelsOfImage =
    includeBatchInIndex === true ? values.length : info.inHeight * info.inWidth
  largest.fill(Number.NEGATIVE_INFINITY)
  places.fill(-1)
  forEachPixel(info, (output, pixel) => {
    for (let c = 0; c < channels; c++) {
      const place = output * channels + c
      const value = values[pixel * channels + c] as number
      const isFirst = places[place] === -1 || Number.isNaN(largest[place])
      if (!isFirst && !(value > (largest[place] as number))) continue
      if (isFirst && places[place] !== -1 && Number.isNaN(value)) continue
      largest[place] = value
      places[place] = (pixel % pixelsOfImage) * channels + c
    }
  })
  return [result, indexes]
}
