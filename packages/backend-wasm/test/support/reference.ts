import { places } from './places.js'

/**
 * Convolutions and poolings as they are defined, in float64 and in the plainest loops, over data of
 * `[n, …space, c]`: what the kernels are held against.
 */

/** A window that slides over a space of any number of axes. */
export interface Sliding {
  readonly size: readonly number[]
  readonly strides: readonly number[]
  readonly dilations?: readonly number[]
  /** Zeros before and after each axis, or the two rules of TensorFlow. */
  readonly pad: 'same' | 'valid' | readonly (readonly [number, number])[]
}

interface Axis {
  readonly size: number
  readonly out: number
  readonly before: number
}

/** Sizes of the output, without batch and channels. */
export function outSpace(shape: readonly number[], sliding: Sliding): number[] {
  return axes(shape, sliding).map(({ out }) => out)
}

function axes(shape: readonly number[], { size, strides, dilations, pad }: Sliding): Axis[] {
  return shape.slice(1, -1).map((length, axis) => {
    const [stride, window] = [strides[axis] ?? 1, size[axis] ?? 1]
    const reach = (window - 1) * (dilations?.[axis] ?? 1) + 1
    if (pad === 'same') {
      const out = Math.ceil(length / stride)
      const missing = (out - 1) * stride + reach - length
      // over volumes tfjs lets a stride above the window begin inside the image, TensorFlow does not
      const total = shape.length === 5 ? missing : Math.max(missing, 0)
      return { size: length, out, before: Math.floor(total / 2) }
    }
    const [before, after] = pad === 'valid' ? [0, 0] : (pad[axis] as readonly [number, number])
    return { size: length, out: Math.floor((length + before + after - reach) / stride) + 1, before }
  })
}

type Visit = (output: number, pixel: number, tap: number) => void

const known = new Map<string, Parameters<Visit>[]>()

/** Visits outputs, pixels under their windows and positions there, as numbers without channels. */
function forEach(shape: readonly number[], sliding: Sliding, visit: Visit): void {
  const key = JSON.stringify([shape, sliding])
  const found = known.get(key) ?? walk(shape, sliding)
  known.set(key, found)
  for (const [output, pixel, tap] of found) visit(output, pixel, tap)
}

function walk(shape: readonly number[], sliding: Sliding): Parameters<Visit>[] {
  const found: Parameters<Visit>[] = []
  const space = axes(shape, sliding)
  const offsets = places(sliding.size)
  let output = 0
  for (let image = 0; image < (shape[0] as number); image++) {
    for (const place of places(space.map(({ out }) => out))) {
      offsets.forEach((offset, tap) => {
        let pixel = image
        for (const [axis, { size, before }] of space.entries()) {
          const start = (place[axis] as number) * (sliding.strides[axis] as number) - before
          const at = start + (offset[axis] as number) * (sliding.dilations?.[axis] ?? 1)
          if (at < 0 || at >= size) return
          pixel = pixel * size + at
        }
        found.push([output, pixel, tap])
      })
      output++
    }
  }
  return found
}

function add(to: Float64Array, at: number, value: number): void {
  to[at] = (to[at] as number) + value
}

type Values = ArrayLike<number>

function outLength(shape: readonly number[], sliding: Sliding, channels: number): number {
  return outSpace(shape, sliding).reduce((a, b) => a * b, (shape[0] as number) * channels)
}

/** `filter` is `[…size, c, k]`. */
export function convolution(x: Values, shape: readonly number[], filter: Values, sliding: Sliding) {
  const channels = shape.at(-1) as number
  const taps = sliding.size.reduce((a, b) => a * b, 1)
  const outChannels = filter.length / taps / channels
  const out = new Float64Array(outLength(shape, sliding, outChannels))
  forEach(shape, sliding, (output, pixel, tap) => {
    for (let c = 0; c < channels; c++) {
      for (let k = 0; k < outChannels; k++) {
        const weight = filter[(tap * channels + c) * outChannels + k] as number
        add(out, output * outChannels + k, (x[pixel * channels + c] as number) * weight)
      }
    }
  })
  return out
}

/** Gradients of `sum(dy * convolution(x, filter))` by the two. */
export function convolutionGradients(
  x: Values,
  shape: readonly number[],
  filter: Values,
  dy: Values,
  sliding: Sliding,
) {
  const channels = shape.at(-1) as number
  const outChannels = filter.length / sliding.size.reduce((a, b) => a * b, channels)
  const [dx, dw] = [new Float64Array(x.length), new Float64Array(filter.length)]
  forEach(shape, sliding, (output, pixel, tap) => {
    for (let c = 0; c < channels; c++) {
      const from = pixel * channels + c
      for (let k = 0; k < outChannels; k++) {
        const weight = (tap * channels + c) * outChannels + k
        const slope = dy[output * outChannels + k] as number
        add(dx, from, slope * (filter[weight] as number))
        add(dw, weight, slope * (x[from] as number))
      }
    }
  })
  return { dx, dw }
}

/** The largest value, the sum, or the mean of those inside the image. */
export function pooling(
  kind: 'average' | 'largest' | 'sum',
  x: Values,
  shape: readonly number[],
  sliding: Sliding,
) {
  const channels = shape.at(-1) as number
  const length = outLength(shape, sliding, channels)
  const largest = new Float64Array(length).fill(Number.NEGATIVE_INFINITY)
  const [sums, counts] = [new Float64Array(length), new Float64Array(length)]
  forEach(shape, sliding, (output, pixel) => {
    for (let c = 0; c < channels; c++) {
      const at = output * channels + c
      const value = x[pixel * channels + c] as number
      largest[at] = Math.max(largest[at] as number, value)
      add(sums, at, value)
      add(counts, at, 1)
    }
  })
  if (kind === 'sum') return sums
  return kind === 'largest' ? largest : sums.map((sum, i) => sum / (counts[i] as number))
}

/** The largest sum of a pixel and the filter, which is `[…size, c]`. */
export function dilation(x: Values, shape: readonly number[], filter: Values, sliding: Sliding) {
  const channels = shape.at(-1) as number
  const out = new Float64Array(outLength(shape, sliding, channels)).fill(Number.NEGATIVE_INFINITY)
  forEach(shape, sliding, (output, pixel, tap) => {
    for (let c = 0; c < channels; c++) {
      const at = output * channels + c
      const sum = (x[pixel * channels + c] as number) + (filter[tap * channels + c] as number)
      out[at] = Math.max(out[at] as number, sum)
    }
  })
  return out
}

/** The gradient of `sum(dy * f(x))` by central differences. */
export function differences(f: (x: Float64Array) => Values, x: Values, dy: Values, step: number) {
  const loss = (values: Float64Array) => {
    const y = f(values)
    let sum = 0
    for (let i = 0; i < y.length; i++) sum += (y[i] as number) * (dy[i] as number)
    return sum
  }
  return Float64Array.from({ length: x.length }, (_, i) => {
    const [above, below] = [Float64Array.from(x), Float64Array.from(x)]
    add(above, i, step)
    add(below, i, -step)
    return (loss(above) - loss(below)) / (2 * step)
  })
}
