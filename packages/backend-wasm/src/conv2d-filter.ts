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

/** Values of the unrolled input that are held at a time: 2 MB, which fits most second-level caches. */
const UNROLLED_LIMIT = 2 ** 19

/**
 * Gradient of `conv2d` by its filter, NHWC, any stride and padding, float32.
 * `x: [n, h, w, c]`, `dy: [n, oh, ow, d]` give `[fh, fw, c, d]`.
 * The input is unrolled ("im2col"), a few images at a time, and multiplied with `dy`.
 *
 * @throws Error if the data format is not NHWC
 */
export const conv2dBackpropFilter: Kernel = (inputs, backend, attributes) => {
  const { x, dy } = inputs as Inputs & { x: TensorInfo; dy: TensorInfo }
  const filterShape = attributes.filterShape as number[]
  const geometry = convGeometry('Conv2DBackpropFilter', x.shape, filterShape, attributes)
  const { batch, channels, outHeight, outWidth, outChannels } = geometry
  const rows = geometry.filterHeight * geometry.filterWidth * channels
  const pixels = outHeight * outWidth
  if (rows * outChannels * batch * pixels === 0) return makeZeros(backend, filterShape)
  const atOnce = Math.min(
    batch,
    Math.max(1, Math.floor(UNROLLED_LIMIT / (rows * pixels))),
  )
  let sum: TensorInfo | undefined
  for (let first = 0; first < batch; first += atOnce) {
    const images = Math.min(atOnce, batch - first)
    const unrolled = makeZeros(backend, [images * pixels, rows])
    unroll(floats(backend, x), floats(backend, unrolled), geometry, first, images)
    const dyShape = [images * pixels, outChannels]
    const part = withView(backend, dy, first * pixels * outChannels, dyShape, (b) =>
      runKernel('BatchMatMul', { a: unrolled, b }, backend, { transposeA: true }),
    )
    free(backend, unrolled)
    sum = sum === undefined ? part : accumulated(backend, sum, part)
  }
  return reshaped(sum as TensorInfo, filterShape)
}

function accumulated(
  backend: WasmBackend,
  sum: TensorInfo,
  part: TensorInfo,
): TensorInfo {
  const total = runKernel('Add', { a: sum, b: part }, backend)
  free(backend, sum, part)
  return total
}

/**
 * Writes, for each output, the pixels that it saw.
 *
 * @param x `[n, h, w, c]`
 * @param unrolled zeros of `[images * oh * ow, fh * fw * c]`
 */
function unroll(
  x: Float32Array,
  unrolled: Float32Array,
  g: ConvGeometry,
  firstImage: number,
  images: number,
): void {
  const window = g.filterWidth * g.channels
  for (let image = 0; image < images; image++) {
    for (let fy = 0; fy < g.filterHeight; fy++) {
      const [y0, y1] = coveringOutputs(fy - g.top, g.strideY, g.height, g.outHeight)
      for (let y = y0; y < y1; y++) {
        const line =
          ((firstImage + image) * g.height + y * g.strideY + fy - g.top) * g.width
        const block = (image * g.outHeight + y) * g.outWidth
        for (let column = 0; column < g.outWidth; column++) {
          const left = column * g.strideX - g.left
          const skipped = Math.max(0, -left)
          const end = Math.min(g.filterWidth, g.width - left) * g.channels
          const from = (line + left) * g.channels
          const to = ((block + column) * g.filterHeight + fy) * window
          for (let i = skipped * g.channels; i < end; i++) {
            unrolled[to + i] = x[from + i] as number
          }
        }
      }
    }
  }
}
