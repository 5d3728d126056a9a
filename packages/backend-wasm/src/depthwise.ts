import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type ConvGeometry, convGeometry, coveringOutputs } from './conv2d.js'
import { floats, type Inputs, type Kernel, makeZeros } from './heap.js'

/**
 * Gradient of `depthwiseConv2d` by its filter, NHWC, any stride and padding, float32.
 * `x: [n, h, w, c]`, `dy: [n, oh, ow, c * m]` give `[fh, fw, c, m]`.
 *
 * @throws Error if the data format is not NHWC
 */
export const depthwiseBackpropFilter: Kernel = (inputs, backend, attributes) => {
  const { x, dy } = inputs as Inputs & { x: TensorInfo; dy: TensorInfo }
  const shape = attributes.filterShape as number[]
  const name = 'DepthwiseConv2dNativeBackpropFilter'
  const geometry = convGeometry(name, x.shape, shape, attributes, true)
  const out = makeZeros(backend, shape)
  const [image, gradient, filter] = [x, dy, out].map((tensor) =>
    floats(backend, tensor),
  ) as Three
  forEachTap(geometry, shape[3] as number, (pixel, output, tap, multiplier, count) => {
    for (let i = 0; i < count; i++) {
      const value = image[pixel + i] as number
      for (let m = i * multiplier; m < (i + 1) * multiplier; m++) {
        filter[tap + m] =
          (filter[tap + m] as number) + value * (gradient[output + m] as number)
      }
    }
  })
  return out
}

/**
 * Gradient of `depthwiseConv2d` by its input, NHWC, any stride and padding, float32.
 * `dy: [n, oh, ow, c * m]`, `filter: [fh, fw, c, m]` give `inputShape`, `[n, h, w, c]`.
 *
 * @throws Error if the data format is not NHWC
 */
export const depthwiseBackpropInput: Kernel = (inputs, backend, attributes) => {
  const { dy, filter } = inputs as Inputs & { dy: TensorInfo; filter: TensorInfo }
  const shape = attributes.inputShape as number[]
  const name = 'DepthwiseConv2dNativeBackpropInput'
  const geometry = convGeometry(name, shape, filter.shape, attributes, true)
  const out = makeZeros(backend, shape)
  const [gradient, weights, image] = [dy, filter, out].map((t) =>
    floats(backend, t),
  ) as Three
  forEachTap(
    geometry,
    filter.shape[3] as number,
    (pixel, output, tap, multiplier, count) => {
      for (let i = 0; i < count; i++) {
        let value = image[pixel + i] as number
        for (let m = i * multiplier; m < (i + 1) * multiplier; m++) {
          value += (gradient[output + m] as number) * (weights[tap + m] as number)
        }
        image[pixel + i] = value
      }
    },
  )
  return out
}

type Three = [Float32Array, Float32Array, Float32Array]

type Visit = (
  pixel: number,
  output: number,
  tap: number,
  multiplier: number,
  channels: number,
) => void

/** Visits each pair of an output and a filter position whose pixel is in the image, by first element. */
function forEachTap(g: ConvGeometry, multiplier: number, visit: Visit): void {
  for (let image = 0; image < g.batch; image++) {
    for (let fy = 0; fy < g.filterHeight; fy++) {
      const [y0, y1] = coveringOutputs(fy - g.top, g.strideY, g.height, g.outHeight)
      for (let fx = 0; fx < g.filterWidth; fx++) {
        const [x0, x1] = coveringOutputs(fx - g.left, g.strideX, g.width, g.outWidth)
        const tap = (fy * g.filterWidth + fx) * g.channels * multiplier
        for (let y = y0; y < y1; y++) {
          const line = (image * g.height + y * g.strideY + fy - g.top) * g.width
          const block = (image * g.outHeight + y) * g.outWidth
          for (let x = x0; x < x1; x++) {
            const pixel = (line + x * g.strideX + fx - g.left) * g.channels
            visit(
              pixel,
              (block + x) * g.channels * multiplier,
              tap,
              multiplier,
              g.channels,
            )
          }
        }
      }
    }
  }
}
