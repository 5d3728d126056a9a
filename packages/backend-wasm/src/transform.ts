import type { TensorInfo } from '@tensorflow/tfjs-core'
import { floats, type Inputs, type Kernel, numbers } from './heap.js'

type FillMode = 'constant' | 'reflect' | 'wrap' | 'nearest'

interface Transform {
  readonly interpolation: 'nearest' | 'bilinear'
  readonly fillMode: FillMode
  readonly fillValue: number
  readonly outputShape?: [number, number]
}

/**
 * `tf.image.transform`, NHWC, with one projection for all images or one for each. tfjs' own kernel reads
 * other pixels if an image is reflected.
 */
export const transform: Kernel = (inputs, backend, attributes) => {
  const { image, transforms } = inputs as Inputs & {
    image: TensorInfo
    transforms: TensorInfo
  }
  const { interpolation, fillMode, fillValue, outputShape } =
    attributes as unknown as Transform
  const [batch, height, width, channels] = image.shape as [number, number, number, number]
  const [outHeight, outWidth] = outputShape ?? [height, width]
  const out = backend.makeOutput([batch, outHeight, outWidth, channels], image.dtype)
  const [values, results] = [numbers(backend, image), numbers(backend, out)]
  const projections = floats(backend, transforms)
  const read = interpolation === 'nearest' ? nearest : bilinear
  let next = 0
  for (let n = 0; n < batch; n++) {
    const start = transforms.shape[0] === 1 ? 0 : 8 * n
    const [a0, a1, a2, b0, b1, b2, c0, c1] = projections.subarray(
      start,
      start + 8,
    ) as unknown as Eight
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        const scale = c0 * ox + c1 * oy + 1
        const x = inside((a0 * ox + a1 * oy + a2) / scale, width, fillMode)
        const y = inside((b0 * ox + b1 * oy + b2) / scale, height, fillMode)
        for (let c = 0; c < channels; c++) {
          const pixel = (row: number, column: number) =>
            row >= 0 && row < height && column >= 0 && column < width
              ? (values[((n * height + row) * width + column) * channels + c] as number)
              : fillValue
          results[next++] = scale === 0 ? fillValue : read(pixel, y, x)
        }
      }
    }
  }
  return out
}

type Eight = [number, number, number, number, number, number, number, number]
type Pixel = (row: number, column: number) => number

function nearest(pixel: Pixel, y: number, x: number): number {
  return pixel(Math.round(y), Math.round(x))
}

function bilinear(pixel: Pixel, y: number, x: number): number {
  const [top, left] = [Math.floor(y), Math.floor(x)]
  const [down, right] = [y - top, x - left]
  const between = (row: number) =>
    (1 - right) * pixel(row, left) + right * pixel(row, left + 1)
  return (1 - down) * between(top) + down * between(top + 1)
}

/** A place along an axis as the fill mode has it: outside stays outside only for `constant`. */
function inside(place: number, size: number, mode: FillMode): number {
  if (mode === 'reflect') return within(reflected(place, size), size)
  if (mode === 'wrap') return within(wrapped(place, size), size)
  return mode === 'nearest' ? within(place, size) : place
}

function within(place: number, size: number): number {
  return Math.min(size - 1, Math.max(0, place))
}

/** dcba|abcd|dcba */
function reflected(place: number, size: number): number {
  if (size <= 1) return 0
  const period = 2 * size
  if (place < 0) {
    const moved = period * Math.trunc(-place / period) + place
    return moved < -size ? moved + period : -moved - 1
  }
  if (place <= size - 1) return place
  const moved = place - period * Math.trunc(place / period)
  return moved >= size ? period - moved - 1 : moved
}

/** abcd|abcd|abcd, as TensorFlow does it */
function wrapped(place: number, size: number): number {
  if (size <= 1) return 0
  if (place < 0) return place + size * (Math.trunc(-place / (size - 1)) + 1)
  return place <= size - 1 ? place : place - size * Math.trunc(place / (size - 1))
}
