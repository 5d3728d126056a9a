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

/** Values of the unrolled gradient that are held at a time: 512 kB, which stays in the cache. */
const UNROLLED_LIMIT = 2 ** 17

/**
 * Gradient of `conv2d` by its input, NHWC, any stride and padding, float32; also the forward pass of
 * `conv2dTranspose`. `dy: [n, oh, ow, d]`, `filter: [fh, fw, c, d]` give `inputShape`, `[n, h, w, c]`.
 * With stride 1 it is a convolution of `dy` with the reversed filter; otherwise `dy` is multiplied
 * with the filter and the products are added where they belong ("col2im"), so that no time goes into
 * multiplying the zeros between strided values.
 *
 * @throws Error if the data format is not NHWC
 */
export const conv2dBackpropInput: Kernel = (inputs, backend, attributes) => {
  const { dy, filter } = inputs as Inputs & { dy: TensorInfo; filter: TensorInfo }
  const inputShape = attributes.inputShape as number[]
  const geometry = convGeometry(
    'Conv2DBackpropInput',
    inputShape,
    filter.shape,
    attributes,
  )
  const { batch, outHeight, outWidth, outChannels, channels } = geometry
  if (batch * outHeight * outWidth * outChannels * channels === 0) {
    return makeZeros(backend, inputShape)
  }
  const part = covering(backend, dy, geometry)
  const dx = isReversible(geometry)
    ? throughReversedFilter(backend, part, filter, geometry)
    : throughProducts(backend, part, filter, geometry)
  if (part !== dy) free(backend, part)
  return dx
}

/**
 * The part of `dy` that the forward convolution of that input would give: `conv2dTranspose` may be
 * asked for an output that is smaller than `dy` would fill, and takes `dy` from the top left then.
 */
function covering(backend: WasmBackend, dy: TensorInfo, g: ConvGeometry): TensorInfo {
  const size = [g.batch, g.outHeight, g.outWidth, g.outChannels]
  if (size.every((length, axis) => length === dy.shape[axis])) return dy
  if (size.some((length, axis) => length > (dy.shape[axis] as number))) {
    throw new Error(
      `Conv2DBackpropInput got values of shape [${dy.shape}], which do not fill an output of ` +
        `[${g.batch},${g.height},${g.width},${g.channels}]: that takes [${size}]. Ask for a smaller output.`,
    )
  }
  return runKernel('Slice', { x: dy }, backend, { begin: [0, 0, 0, 0], size })
}

interface Padding {
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
}

/** What `dy` must be padded with so that the reversed filter slides over all of the input. */
function reversedPadding(g: ConvGeometry): Padding {
  return {
    top: g.filterHeight - 1 - g.top,
    bottom: g.height - g.outHeight + g.top,
    left: g.filterWidth - 1 - g.left,
    right: g.width - g.outWidth + g.left,
  }
}

function isReversible(g: ConvGeometry): boolean {
  const { top, bottom, left, right } = reversedPadding(g)
  return g.strideY === 1 && g.strideX === 1 && Math.min(top, bottom, left, right) >= 0
}

function throughReversedFilter(
  backend: WasmBackend,
  dy: TensorInfo,
  filter: TensorInfo,
  g: ConvGeometry,
): TensorInfo {
  const reversed = runKernel('Reverse', { x: filter }, backend, { dims: [0, 1] })
  const swapped = runKernel('Transpose', { x: reversed }, backend, { perm: [0, 1, 3, 2] })
  const { top, bottom, left, right } = reversedPadding(g)
  const dx = runKernel('Conv2D', { x: dy, filter: swapped }, backend, {
    strides: [1, 1],
    dilations: [1, 1],
    dataFormat: 'NHWC',
    pad: [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
  })
  free(backend, reversed, swapped)
  return dx
}

function throughProducts(
  backend: WasmBackend,
  dy: TensorInfo,
  filter: TensorInfo,
  g: ConvGeometry,
): TensorInfo {
  const pixels = g.outHeight * g.outWidth
  const columns = g.filterHeight * g.filterWidth * g.channels
  const dx = makeZeros(backend, [g.batch, g.height, g.width, g.channels])
  const matrix = reshaped(filter, [columns, g.outChannels])
  const atOnce = Math.min(
    g.batch,
    Math.max(1, Math.floor(UNROLLED_LIMIT / (columns * pixels))),
  )
  for (let first = 0; first < g.batch; first += atOnce) {
    const images = Math.min(atOnce, g.batch - first)
    const dyShape = [images * pixels, g.outChannels]
    const products = withView(backend, dy, first * pixels * g.outChannels, dyShape, (a) =>
      runKernel('BatchMatMul', { a, b: matrix }, backend, { transposeB: true }),
    )
    scatter(floats(backend, products), floats(backend, dx), g, first, images)
    free(backend, products)
  }
  return dx
}

/**
 * Adds each product to the pixel it belongs to.
 *
 * @param products `[images * oh * ow, fh * fw * c]`
 * @param dx `[n, h, w, c]`
 */
function scatter(
  products: Float32Array,
  dx: Float32Array,
  g: ConvGeometry,
  firstImage: number,
  images: number,
): void {
  const columns = g.filterHeight * g.filterWidth * g.channels
  for (let image = 0; image < images; image++) {
    for (let fy = 0; fy < g.filterHeight; fy++) {
      const [y0, y1] = coveringOutputs(fy - g.top, g.strideY, g.height, g.outHeight)
      for (let fx = 0; fx < g.filterWidth; fx++) {
        const [x0, x1] = coveringOutputs(fx - g.left, g.strideX, g.width, g.outWidth)
        const column = (fy * g.filterWidth + fx) * g.channels
        for (let y = y0; y < y1; y++) {
          const line =
            ((firstImage + image) * g.height + y * g.strideY + fy - g.top) * g.width
          const block = (image * g.outHeight + y) * g.outWidth
          for (let x = x0; x < x1; x++) {
            const to = (line + x * g.strideX + fx - g.left) * g.channels
            const from = (block + x) * columns + column
            for (let c = 0; c < g.channels; c++) {
              dx[to + c] = (dx[to + c] as number) + (products[from + c] as number)
            }
          }
        }
      }
    }
  }
}
