import { backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { applyActivation } from './activation.js'
import { isAllFinite } from './finite.js'
import {
  type Attributes,
  floats,
  free,
  type Inputs,
  type Kernel,
  makeZeros,
  runKernel,
  type WasmBackend,
} from './heap.js'
import { forEachPixel, xnnpackFits } from './windows.js'

type Info = backend_util.Conv2DInfo
type Operands = Inputs & { x: TensorInfo; filter: TensorInfo }

/**
 * `conv2d` and `depthwiseConv2d`, NHWC, float32, alone or with bias and activation. XNNPACK does them
 * but for two kinds of input, which go through plain loops: values that are not finite, of which it
 * makes -Infinity or, with an activation, an ordinary number; and paddings and roundings for which
 * tfjs wants another size of output than XNNPACK writes.
 *
 * @param stock tfjs' own kernel
 * @throws Error if the data format is not NHWC
 */
export function convolve(isDepthwise: boolean): (stock: Kernel) => Kernel {
  return (stock) => (inputs, backend, attributes) => {
    const { x, filter } = inputs as Operands
    if (attributes.dataFormat !== undefined && attributes.dataFormat !== 'NHWC') {
      if (isDepthwise) {
        throw new Error(
          `depthwiseConv2d got the data format "${attributes.dataFormat}"; the wasm engine has "NHWC", so transpose the data.`,
        )
      }
      return stock(inputs, backend, attributes)
    }
    const info = convolutionInfo(x, filter, attributes, isDepthwise)
    if (util.sizeFromShape(info.outShape) === 0) return makeZeros(backend, info.outShape)
    const { bias } = inputs
    const isForXnnpack =
      xnnpackFits(info) &&
      [x, filter, ...(bias == null ? [] : [bias])].every((tensor) =>
        isAllFinite(backend, tensor),
      )
    if (isForXnnpack) return stock(inputs, backend, attributes)
    const sums = plainly(backend, x, filter, info, isDepthwise)
    const out = bias == null ? sums : runKernel('Add', { a: sums, b: bias }, backend)
    if (out !== sums) free(backend, sums)
    return applyActivation(backend, out, inputs, attributes)
  }
}

function convolutionInfo(
  x: TensorInfo,
  filter: TensorInfo,
  { strides, dilations, pad, dimRoundingMode }: Attributes,
  isDepthwise: boolean,
): Info {
  return backend_util.computeConv2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number, number],
    strides as number | [number, number],
    (dilations ?? 1) as number | [number, number],
    pad as Parameters<typeof backend_util.computeConv2DInfo>[4],
    dimRoundingMode as 'floor' | 'round' | 'ceil' | undefined,
    isDepthwise,
  )
}

/** The sums of products; a depthwise filter multiplies each channel by itself. */
function plainly(
  backend: WasmBackend,
  x: TensorInfo,
  filter: TensorInfo,
  info: Info,
  isDepthwise: boolean,
): TensorInfo {
  const out = makeZeros(backend, info.outShape)
  const [values, weights, sums] = [x, filter, out].map((t) => floats(backend, t)) as Three
  const { inChannels, outChannels } = info
  const multiplier = outChannels / inChannels
  forEachPixel(info, (output, pixel, tap) => {
    for (let c = 0; c < inChannels; c++) {
      const value = values[pixel * inChannels + c] as number
      const count = isDepthwise ? multiplier : outChannels
      const first = output * outChannels + (isDepthwise ? c * multiplier : 0)
      const weight = (tap * inChannels + c) * count
      for (let k = 0; k < count; k++) {
        sums[first + k] =
          (sums[first + k] as number) + value * (weights[weight + k] as number)
      }
    }
  })
  return out
}

type Three = [Float32Array, Float32Array, Float32Array]
