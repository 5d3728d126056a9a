import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core'
import { type ConvGeometry, toGeometry } from './conv2d.js'
import { floats, type Inputs, type Kernel, makeZeros } from './heap.js'

/**
 * Gradient of `maxPool` by its input, NHWC, float32. `dy: [n, oh, ow, c]`, `input: [n, h, w, c]` give
 * `[n, h, w, c]`. Each value of `dy` goes to the first largest pixel of its window.
 */
export const maxPoolGrad: Kernel = (inputs, backend, attributes) => {
  const { dy, input } = inputs as Inputs & { dy: TensorInfo; input: TensorInfo }
  const { filterSize, strides, pad, dimRoundingMode } = attributes
  const geometry = toGeometry(
    backend_util.computePool2DInfo(
      input.shape as [number, number, number, number],
      filterSize as number,
      strides as number,
      1,
      pad as Parameters<typeof backend_util.computePool2DInfo>[4],
      dimRoundingMode as 'floor' | undefined,
    ),
  )
  const out = makeZeros(backend, input.shape)
  route(floats(backend, input), floats(backend, dy), floats(backend, out), geometry)
  return out
}

function route(
  x: Float32Array,
  dy: Float32Array,
  dx: Float32Array,
  g: ConvGeometry,
): void {
  const line = g.width * g.channels
  for (let image = 0; image < g.batch; image++) {
    for (let oy = 0; oy < g.outHeight; oy++) {
      const y0 = Math.max(0, oy * g.strideY - g.top)
      const y1 = Math.min(g.height, oy * g.strideY - g.top + g.filterHeight)
      for (let ox = 0; ox < g.outWidth; ox++) {
        const x0 = Math.max(0, ox * g.strideX - g.left)
        const x1 = Math.min(g.width, ox * g.strideX - g.left + g.filterWidth)
        const corner = ((image * g.height + y0) * g.width + x0) * g.channels
        const output = ((image * g.outHeight + oy) * g.outWidth + ox) * g.channels
        const end = corner + (y1 - y0) * line
        const length = (x1 - x0) * g.channels
        for (let c = 0; c < g.channels; c++) {
          let largest = Number.NEGATIVE_INFINITY
          let place = -1
          for (let row = corner + c; row < end; row += line) {
            for (let pixel = row; pixel < row + length; pixel += g.channels) {
              const value = x[pixel] as number
              if (value > largest) {
                largest = value
                place = pixel
              }
            }
          }
          if (place >= 0) dx[place] = (dx[place] as number) + (dy[output + c] as number)
        }
      }
    }
  }
}
