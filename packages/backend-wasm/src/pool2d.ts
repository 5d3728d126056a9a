import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core'
import { isAllFinite } from './finite.js'
import { type Attributes, floats, type Inputs, type Kernel } from './heap.js'
import { forEachPixel, xnnpackFits } from './windows.js'

type Info = backend_util.Conv2DInfo

/**
 * `avgPool` and `maxPool`, NHWC, float32. XNNPACK does them but for some inputs, which go through
 * plain loops: values that are not finite, windows of one pixel or wholly in the padding, and paddings and
 * roundings for which tfjs wants another size of output than XNNPACK writes. A mean with NaN is NaN; the largest value is NaN if
 * there is nothing else, as NaN is ignored beside numbers in the rest of tfjs.
 *
 * @param stock tfjs' own kernel
 */
export function pool2d(kind: 'average' | 'largest'): (stock: Kernel) => Kernel {
  return (stock) => (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const info = poolInfo(x, attributes)
    const isForXnnpack =
      x.dtype !== 'float32' ||
      (xnnpackFits(info) && isPool(info) && isAllFinite(backend, x))
    if (isForXnnpack) return stock(inputs, backend, attributes)
    const out = backend.makeOutput(info.outShape, 'float32')
    const [values, results] = [floats(backend, x), floats(backend, out)]
    if (kind === 'average') averages(values, results, info)
    else largest(values, results, info)
    return out
  }
}

/** XNNPACK refuses windows of one pixel and those that lie in the padding as a whole. */
function isPool({ padInfo, filterHeight, filterWidth }: Info): boolean {
  const { top, bottom, left, right } = padInfo
  return (
    filterHeight * filterWidth > 1 &&
    Math.max(top, bottom) < filterHeight &&
    Math.max(left, right) < filterWidth
  )
}

function poolInfo(x: TensorInfo, attributes: Attributes): Info {
  const { filterSize, strides, pad, dimRoundingMode } = attributes
  return backend_util.computePool2DInfo(
    x.shape as [number, number, number, number],
    filterSize as number | [number, number],
    strides as number | [number, number],
    1,
    pad as Parameters<typeof backend_util.computePool2DInfo>[4],
    dimRoundingMode as 'floor' | 'round' | 'ceil' | undefined,
  )
}

function averages(x: Float32Array, out: Float32Array, info: Info): void {
  const channels = info.inChannels
  const counts = new Float32Array(out.length / channels)
  out.fill(0)
  forEachPixel(info, (output, pixel) => {
    counts[output] = (counts[output] as number) + 1
    for (let c = 0; c < channels; c++) {
      const place = output * channels + c
      out[place] = (out[place] as number) + (x[pixel * channels + c] as number)
    }
  })
  for (let i = 0; i < out.length; i++) {
    out[i] = (out[i] as number) / (counts[Math.floor(i / channels)] as number)
  }
}

function largest(x: Float32Array, out: Float32Array, info: Info): void {
  const channels = info.inChannels
  const isSeen = new Uint8Array(out.length)
  out.fill(Number.NEGATIVE_INFINITY)
  forEachPixel(info, (output, pixel) => {
    for (let c = 0; c < channels; c++) {
      const place = output * channels + c
      const value = x[pixel * channels + c] as number
      const isFirst = isSeen[place] === 0 || Number.isNaN(out[place])
      if (isFirst || value > (out[place] as number)) out[place] = value
      isSeen[place] = 1
    }
  })
}
