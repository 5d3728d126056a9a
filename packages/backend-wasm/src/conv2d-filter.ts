import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type ConvGeometry, convGeometry, coveringOutputs } from './conv2d.js'
import {
  floats,
  free,
  type Inputs,
  type Kernel,
  makeZeros,
  reshaped,
  runKernel,
  type WasmBackend,
  withView,
} from './heap.js'

/** Values of the unrolled input that are held at a time: 8 MB. */
const UNROLLED_LIMIT = 2 ** 21

/**
 * Gradient of `conv2d` by its filter, NHWC, any stride and padding, float32.
 * `x: [n, h, w, c]`, `dy: [n, oh, ow, d]` give `[fh, fw, c, d]`.
 * The input is unrolled ("im2col"), a few images at a time, and multiplied with `dy`.
 *
 * @throws Error where the data format is not NHWC
 */
export const conv2dBackpropFilter: Kernel = (inputs, backend, attributes) => {
  const { x, dy } = inputs as Inputs & { x: TensorInfo; dy: TensorInfo }
  const filterShape = attributes.filterShape as number[]
  const geometry = convGeometry('Conv2DBackpropFilter', x.shape, filterShape, attributes)
  const { batch, channels, outHeight, outWidth, outChannels } = geometry
  const rows = geometry.filterHeight * geometry.filterWidth * channels
  const pixels = outHeight * outWidth
  if (rows * outChannels * batch * pixels === 0) return makeZeros(backend, filterShape)
  const planes = runKernel('Transpose', { x }, backend, { perm: [3, 0, 1, 2] })
  const atOnce = Math.min(batch, Math.max(1, Math.floor(UNROLLED_LIMIT / (rows * pixels))))
  let sum: TensorInfo | undefined
  for (let first = 0; first < batch; first += atOnce) {
    const images = Math.min(atOnce, batch - first)
    const unrolled = makeZeros(backend, [rows, images * pixels])
    unroll(floats(backend, planes), floats(backend, unrolled), geometry, first, images)
    const dyShape = [images * pixels, outChannels]
    const part = withView(backend, dy, first * pixels * outChannels, dyShape, (b) =>
      runKernel('BatchMatMul', { a: unrolled, b }, backend, {}),
    )
    free(backend, unrolled)
    sum = sum === undefined ? part : accumulated(backend, sum, part)
  }
  free(backend, planes)
  return reshaped(sum as TensorInfo, filterShape)
}

function accumulated(backend: WasmBackend, sum: TensorInfo, part: TensorInfo): TensorInfo {
  const total = runKernel('Add', { a: sum, b: part }, backend)
  free(backend, sum, part)
  return total
}

/**
 * Writes, for each filter position and channel, the pixels that the position sees.
 *
 * @param planes the input as `[c, n, h, w]`
 * @param unrolled zeros of `[fh * fw * c, images * oh * ow]`
 */
function unroll(
  planes: Float32Array,
  unrolled: Float32Array,
  g: ConvGeometry,
  firstImage: number,
  images: number,
): void {
  let row = 0
  for (let fy = 0; fy < g.filterHeight; fy++) {
    const [y0, y1] = coveringOutputs(fy - g.top, g.strideY, g.height, g.outHeight)
    for (let fx = 0; fx < g.filterWidth; fx++) {
      const [x0, x1] = coveringOutputs(fx - g.left, g.strideX, g.width, g.outWidth)
      for (let c = 0; c < g.channels; c++, row++) {
        for (let image = 0; image < images; image++) {
          const plane = (c * g.batch + firstImage + image) * g.height
          const block = (row * images + image) * g.outHeight
          for (let y = y0; y < y1; y++) {
            const from = (plane + y * g.strideY + fy - g.top) * g.width + fx - g.left
            const to = (block + y) * g.outWidth
            for (let x = x0; x < x1; x++) {
              unrolled[to + x] = planes[from + x * g.strideX] as number
            }
          }
        }
      }
    }
  }
}
