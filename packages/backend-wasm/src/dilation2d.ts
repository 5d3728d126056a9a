import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core'
import {
  type Attributes,
  type Inputs,
  type Kernel,
  numbers,
  type WasmBackend,
} from './heap.js'

type Info = ReturnType<typeof backend_util.computeDilation2DInfo>
type Values = ReturnType<typeof numbers>
type Operands = Inputs & { x: TensorInfo; filter: TensorInfo; dy: TensorInfo }

/**
 * `dilation2d`, NHWC, float32 or int32: `x: [n, h, w, c]` and `filter: [fh, fw, c]` give
 * `[n, oh, ow, c]`, the largest sum of a pixel and the filter in each window.
 */
export const dilation2d: Kernel = (inputs, backend, attributes) => {
  const { x, filter } = inputs as Operands
  const info = geometry('Dilation2D', inputs as Operands, attributes)
  const out = backend.makeOutput(info.outShape, x.dtype)
  const [values, weights, results] = read(backend, x, filter, out)
  forEachWindow(values, weights, info, (output, pixel, tap) => {
    results[output] =
      pixel < 0
        ? Number.NEGATIVE_INFINITY
        : (values[pixel] as number) + (weights[tap] as number)
  })
  return out
}

/** Gradient of {@link dilation2d} by `x`: each value of `dy` goes to the first largest sum's pixel. */
export const dilation2dBackpropInput: Kernel = (inputs, backend, attributes) => {
  const { x, filter, dy } = inputs as Operands
  const info = geometry('Dilation2DBackpropInput', inputs as Operands, attributes)
  const out = backend.makeOutput(x.shape, x.dtype)
  const [values, weights, gradient, dx] = read(backend, x, filter, dy, out)
  dx.fill(0)
  forEachWindow(values, weights, info, (output, pixel) => {
    if (pixel >= 0) dx[pixel] = (dx[pixel] as number) + (gradient[output] as number)
  })
  return out
}

/** Gradient of {@link dilation2d} by `filter`: each value of `dy` goes to the first largest sum's weight. */
export const dilation2dBackpropFilter: Kernel = (inputs, backend, attributes) => {
  const { x, filter, dy } = inputs as Operands
  const info = geometry('Dilation2DBackpropFilter', inputs as Operands, attributes)
  const out = backend.makeOutput(filter.shape, filter.dtype)
  const [values, weights, gradient, dw] = read(backend, x, filter, dy, out)
  dw.fill(0)
  forEachWindow(values, weights, info, (output, pixel, tap) => {
    if (pixel >= 0) dw[tap] = (dw[tap] as number) + (gradient[output] as number)
  })
  return out
}

function geometry(
  name: string,
  { x, filter, dy }: Operands,
  attributes: Attributes,
): Info {
  for (const other of dy === undefined ? [filter] : [filter, dy]) {
    if (other.dtype !== x.dtype) {
      throw new Error(`${name} got ${x.dtype} and ${other.dtype}; give all of one dtype.`)
    }
  }
  return backend_util.computeDilation2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number],
    attributes.strides as number | [number, number],
    attributes.pad as 'same' | 'valid' | number,
    'NHWC',
    attributes.dilations as number | [number, number],
  )
}

/** The values of tensors on the heap, all made already; see `floats`. */
function read<T extends TensorInfo[]>(
  backend: WasmBackend,
  ...tensors: T
): { [K in keyof T]: Values } {
  return tensors.map((tensor) => numbers(backend, tensor)) as { [K in keyof T]: Values }
}

/** Visits each output with the pixel and the weight of its first largest sum; -1 if there is none. */
function forEachWindow(
  x: Values,
  filter: Values,
  info: Info,
  visit: (output: number, pixel: number, tap: number) => void,
): void {
  const { inHeight, inWidth, inChannels, padInfo } = info
  let output = 0
  for (let image = 0; image < info.batchSize; image++) {
    for (let oy = 0; oy < info.outHeight; oy++) {
      const top = oy * info.strideHeight - padInfo.top
      for (let ox = 0; ox < info.outWidth; ox++) {
        const left = ox * info.strideWidth - padInfo.left
        for (let c = 0; c < inChannels; c++) {
          let largest = Number.NEGATIVE_INFINITY
          let [bestPixel, bestTap] = [-1, -1]
          for (let fy = 0; fy < info.filterHeight; fy++) {
            const y = top + fy * info.dilationHeight
            if (y < 0 || y >= inHeight) continue
            for (let fx = 0; fx < info.filterWidth; fx++) {
              const column = left + fx * info.dilationWidth
              if (column < 0 || column >= inWidth) continue
              const pixel = ((image * inHeight + y) * inWidth + column) * inChannels + c
              const tap = (fy * info.filterWidth + fx) * inChannels + c
              const sum = (x[pixel] as number) + (filter[tap] as number)
              const isNewNaN = Number.isNaN(sum) && !Number.isNaN(largest)
              if (bestPixel < 0 || sum > largest || isNewNaN) {
                largest = sum
                bestPixel = pixel
                bestTap = tap
              }
            }
          }
          visit(output++, bestPixel, bestTap)
        }
      }
    }
  }
}
