import { address } from './arguments'
import { get, put, shareStart } from './lanes'
import {
  batch,
  channels,
  inSize,
  outSize,
  tasksOf,
  windowEnd,
  windowStart,
} from './pool-geometry'

/**
 * The largest values or the means under windows over `[n, d, h, w, c]`: `out, x`, the words of
 * `pool-geometry`. A unit of work is a row of the output.
 */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function pool(isMax: bool, args: usize, task: i32): void {
  const out = address(args, 0)
  const x = address(args, 1)
  const g = args + 8
  const rows = batch(g) * outSize(g, 0) * outSize(g, 1)
  const last = shareStart(rows, tasksOf(g), task + 1)
  const pixel = (<usize>channels(g)) << 2
  for (let row = shareStart(rows, tasksOf(g), task); row < last; row++) {
    const slice = row / outSize(g, 1)
    const oy = row - slice * outSize(g, 1)
    const image = slice / outSize(g, 0)
    const oz = slice - image * outSize(g, 0)
    for (let ox = 0; ox < outSize(g, 2); ox++) {
      const to = out + (<usize>row * outSize(g, 2) + ox) * pixel
      poolWindow(isMax, to, x, g, image, oz, oy, ox)
    }
  }
}

/** One window, all channels. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function poolWindow(
  isMax: bool,
  out: usize,
  x: usize,
  g: usize,
  image: i32,
  oz: i32,
  oy: i32,
  ox: i32,
): void {
  const z0 = windowStart(g, 0, oz)
  const y0 = windowStart(g, 1, oy)
  const x0 = windowStart(g, 2, ox)
  const depth = windowEnd(g, 0, oz) - z0
  const height = windowEnd(g, 1, oy) - y0
  const width = windowEnd(g, 2, ox) - x0
  const bytes = (<usize>channels(g)) << 2
  const body = bytes & ~15
  const line = <usize>inSize(g, 2) * bytes
  const plane = <usize>inSize(g, 1) * line
  const layer = x + (<usize>image * inSize(g, 0) + z0) * plane
  const corner = layer + <usize>y0 * line + <usize>x0 * bytes
  for (let c: usize = 0; c < body; c += 16) {
    put<v128>(out + c, pooled<v128>(isMax, corner + c, depth, height, width, plane, line, bytes))
  }
  for (let c = body; c < bytes; c += 4) {
    put<f32>(out + c, pooled<f32>(isMax, corner + c, depth, height, width, plane, line, bytes))
  }
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function pooled<T>(
  isMax: bool,
  x: usize,
  depth: i32,
  height: i32,
  width: i32,
  plane: usize,
  line: usize,
  pixel: usize,
): v128 {
  if (!isMax) return mean<T>(x, depth, height, width, plane, line, pixel)
  if (depth == 1 && height == 2 && width == 2) {
    const below = x + line
    const upper = f32x4.pmax(f32x4.pmax(f32x4.splat(-Infinity), get<T>(x)), get<T>(x + pixel))
    const largest = f32x4.pmax(f32x4.pmax(upper, get<T>(below)), get<T>(below + pixel))
    if (!v128.any_true(f32x4.eq(largest, f32x4.splat(-Infinity)))) return largest
  }
  return largest<T>(x, depth, height, width, plane, line, pixel)
}

/** The largest value of a window; NaN if there is nothing else. */
function largest<T>(
  x: usize,
  depth: i32,
  height: i32,
  width: i32,
  plane: usize,
  line: usize,
  pixel: usize,
): v128 {
  const row = <usize>max(0, width) * pixel
  let value = f32x4.splat(-Infinity)
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const from = x + <usize>z * plane + <usize>y * line
      for (let at = from; at < from + row; at += pixel) value = f32x4.pmax(value, get<T>(at))
    }
  }
  if (row == 0 || !v128.any_true(f32x4.eq(value, f32x4.splat(-Infinity)))) return value
  return largestOrNaN<T>(value, x, depth, height, row, plane, line, pixel)
}

/** NaN for the lanes whose window has nothing else, else the value. */
function largestOrNaN<T>(
  value: v128,
  x: usize,
  depth: i32,
  height: i32,
  row: usize,
  plane: usize,
  line: usize,
  pixel: usize,
): v128 {
  let isNumber = i32x4.splat(depth > 0 && height > 0 ? 0 : -1)
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const from = x + <usize>z * plane + <usize>y * line
      for (let at = from; at < from + row; at += pixel) {
        isNumber = v128.or(isNumber, f32x4.eq(get<T>(at), get<T>(at)))
      }
    }
  }
  return v128.bitselect(value, f32x4.splat(NaN), isNumber)
}

/** The mean of a window, whose sum is taken row by row; NaN of nothing. */
function mean<T>(
  x: usize,
  depth: i32,
  height: i32,
  width: i32,
  plane: usize,
  line: usize,
  pixel: usize,
): v128 {
  const row = <usize>max(0, width) * pixel
  const count = max(0, depth) * max(0, height) * max(0, width)
  let value = f32x4.splat(0)
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const from = x + <usize>z * plane + <usize>y * line
      let sum = f32x4.splat(0)
      for (let at = from; at < from + row; at += pixel) sum = f32x4.add(sum, get<T>(at))
      value = f32x4.add(value, sum)
    }
  }
  return f32x4.div(value, f32x4.splat(<f32>count))
}
