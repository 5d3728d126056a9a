import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core'
import {
  type Attributes,
  floats,
  free,
  type Inputs,
  type Kernel,
  makeZeros,
} from './heap.js'
import { casted } from './other-dtypes.js'

type Info = ReturnType<typeof backend_util.computePool3DInfo>

/**
 * `maxPool3d`, NDHWC, float32 or as float32: `[n, d, h, w, c]` to `[n, od, oh, ow, c]`. A window of nothing but NaN gives NaN;
 * beside numbers NaN is ignored, as in the rest of tfjs.
 */
export const maxPool3d: Kernel = (inputs, backend, attributes) => {
  const { x } = inputs as Inputs & { x: TensorInfo }
  if (x.dtype !== 'float32') {
    const cast = casted(backend, x, 'float32')
    const largest = maxPool3d({ x: cast }, backend, attributes)
    free(backend, cast)
    return largest
  }
  const info = geometry(x.shape, attributes)
  const out = backend.makeOutput(info.outShape, 'float32')
  const [values, results] = [floats(backend, x), floats(backend, out)]
  forEachWindow(values, info, (output, largest) => {
    results[output] =
      largest >= 0 ? (values[largest] as number) : Number.NEGATIVE_INFINITY
  })
  return out
}

/**
 * Gradient of `maxPool3d` by its input, NDHWC, float32. `dy: [n, od, oh, ow, c]` and
 * `input: [n, d, h, w, c]` give `[n, d, h, w, c]`. Each value of `dy` goes to the first largest value
 * of its window.
 */
export const maxPool3dGrad: Kernel = (inputs, backend, attributes) => {
  const { dy, input } = inputs as Inputs & { dy: TensorInfo; input: TensorInfo }
  const out = makeZeros(backend, input.shape)
  const [gradient, dx] = [floats(backend, dy), floats(backend, out)]
  const info = geometry(input.shape, attributes)
  forEachWindow(floats(backend, input), info, (output, largest) => {
    if (largest >= 0) dx[largest] = (dx[largest] as number) + (gradient[output] as number)
  })
  return out
}

function geometry(shape: readonly number[], attributes: Attributes): Info {
  const { filterSize, strides, pad, dimRoundingMode } = attributes
  return backend_util.computePool3DInfo(
    [...shape] as [number, number, number, number, number],
    filterSize as number | [number, number, number],
    strides as number | [number, number, number],
    1,
    pad as 'same' | 'valid' | number,
    dimRoundingMode as 'floor' | 'round' | 'ceil' | undefined,
  )
}

/** Visits each output with the place of its first largest value, or -1. */
function forEachWindow(
  x: Float32Array,
  info: Info,
  visit: (output: number, largest: number) => void,
): void {
  const { inDepth, inHeight, inWidth, inChannels, padInfo } = info
  let output = 0
  for (let image = 0; image < info.batchSize; image++) {
    for (let oz = 0; oz < info.outDepth; oz++) {
      const [z0, z1] = span(
        oz * info.strideDepth - padInfo.front,
        info.filterDepth,
        inDepth,
      )
      for (let oy = 0; oy < info.outHeight; oy++) {
        const [y0, y1] = span(
          oy * info.strideHeight - padInfo.top,
          info.filterHeight,
          inHeight,
        )
        for (let ox = 0; ox < info.outWidth; ox++) {
          const [x0, x1] = span(
            ox * info.strideWidth - padInfo.left,
            info.filterWidth,
            inWidth,
          )
          for (let c = 0; c < inChannels; c++) {
            let largest = -1
            for (let z = z0; z < z1; z++) {
              for (let y = y0; y < y1; y++) {
                const line = ((image * inDepth + z) * inHeight + y) * inWidth
                for (
                  let place = (line + x0) * inChannels + c;
                  place < (line + x1) * inChannels;
                  place += inChannels
                ) {
                  if (
                    isAbove(
                      x[place] as number,
                      largest < 0 ? undefined : (x[largest] as number),
                    )
                  ) {
                    largest = place
                  }
                }
              }
            }
            visit(output++, largest)
          }
        }
      }
    }
  }
}

/** NaN is above nothing and below everything else, as in the rest of tfjs. */
function isAbove(value: number, largest: number | undefined): boolean {
  if (largest === undefined) return true
  return value > largest || (Number.isNaN(largest) && !Number.isNaN(value))
}

/** The part of a window that is inside the image. */
function span(start: number, length: number, size: number): [number, number] {
  return [Math.max(0, start), Math.min(size, start + length)]
}
