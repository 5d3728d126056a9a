import { address } from './arguments'
import { get, put, shareStart } from './lanes'
import {
  batch,
  channels,
  inSize,
  outSize,
  stride,
  tasksOf,
  windowEnd,
  windowSize,
  windowStart,
} from './pool-geometry'

/**
 * The gradient of the largest value under each window goes to the first largest value: `dx, dy, x`, the
 * words of `pool-geometry`. A unit of work is a band of rows under one row of windows, or an image where
 * windows of different rows overlap.
 */
export function maxPoolGradient(args: usize, task: i32): void {
  const dx = address(args, 0)
  const dy = address(args, 1)
  const x = address(args, 2)
  const g = args + 12
  const isBanded = isSpaced(g, 0) && isSpaced(g, 1)
  const depths = isBanded ? max(1, outSize(g, 0)) : 1
  const heights = isBanded ? max(1, outSize(g, 1)) : 1
  const units = batch(g) * depths * heights
  const last = shareStart(units, tasksOf(g), task + 1)
  for (let unit = shareStart(units, tasksOf(g), task); unit < last; unit++) {
    const slice = unit / heights
    const band = unit - slice * heights
    const image = slice / depths
    const layer = slice - image * depths
    clearBand(dx, g, image, layer, depths, band, heights)
    const lastDepth = isBanded ? min(layer + 1, outSize(g, 0)) : outSize(g, 0)
    const lastHeight = isBanded ? min(band + 1, outSize(g, 1)) : outSize(g, 1)
    for (let oz = layer; oz < lastDepth; oz++) {
      for (let oy = band; oy < lastHeight; oy++) routeRow(dx, dy, x, g, image, oz, oy)
    }
  }
}

/** Whether windows do not overlap along an axis. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function isSpaced(g: usize, axis: i32): bool {
  return stride(g, axis) >= windowSize(g, axis)
}

/** Zeroes the part of an image that belongs to a unit. */
function clearBand(
  dx: usize,
  g: usize,
  image: i32,
  layer: i32,
  layers: i32,
  band: i32,
  bands: i32,
): void {
  const line = (<usize>inSize(g, 2) * channels(g)) << 2
  const z0 = layer == 0 ? 0 : bandStart(g, 0, layer)
  const z1 = layer == layers - 1 ? inSize(g, 0) : bandStart(g, 0, layer + 1)
  const y0 = band == 0 ? 0 : bandStart(g, 1, band)
  const y1 = band == bands - 1 ? inSize(g, 1) : bandStart(g, 1, band + 1)
  for (let z = z0; z < z1; z++) {
    const from = dx + ((<usize>image * inSize(g, 0) + z) * inSize(g, 1) + y0) * line
    memory.fill(from, 0, <usize>max(0, y1 - y0) * line)
  }
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function bandStart(g: usize, axis: i32, out: i32): i32 {
  return min(windowStart(g, axis, out), inSize(g, axis))
}

/** One row of windows. */
function routeRow(dx: usize, dy: usize, x: usize, g: usize, image: i32, oz: i32, oy: i32): void {
  const z0 = windowStart(g, 0, oz)
  const y0 = windowStart(g, 1, oy)
  const depth = windowEnd(g, 0, oz) - z0
  const height = windowEnd(g, 1, oy) - y0
  if (depth <= 0 || height <= 0) return
  const pixel = (<usize>channels(g)) << 2
  const body = pixel & ~15
  const line = <usize>inSize(g, 2) * pixel
  const plane = <usize>inSize(g, 1) * line
  const row = (<usize>image * inSize(g, 0) + z0) * plane + <usize>y0 * line
  const isApart = isSpaced(g, 0) && isSpaced(g, 1) && isSpaced(g, 2)
  const outRow = (<usize>image * outSize(g, 0) + oz) * outSize(g, 1) + oy
  for (let ox = 0; ox < outSize(g, 2); ox++) {
    const x0 = windowStart(g, 2, ox)
    const width = windowEnd(g, 2, ox) - x0
    if (width <= 0) continue
    const corner = row + <usize>x0 * pixel
    const gradient = dy + (outRow * outSize(g, 2) + ox) * pixel
    const isFour = isApart && depth == 1 && height == 2 && width == 2
    if (isFour) {
      for (let c: usize = 0; c < body; c += 16) {
        routeFour(dx + corner + c, gradient + c, x + corner + c, line, pixel)
      }
    } else {
      for (let c: usize = 0; c < body; c += 16) {
        const to = dx + corner + c
        route<v128>(to, gradient + c, x + corner + c, depth, height, width, plane, line, pixel)
      }
    }
    for (let c = body; c < pixel; c += 4) {
      const to = dx + corner + c
      route<f32>(to, gradient + c, x + corner + c, depth, height, width, plane, line, pixel)
    }
  }
}

/**
 * A window of two by two of which no pixel is under another window. Of nothing but NaN the first pixel is
 * taken.
 */
// @ts-ignore: decorators are AssemblyScript's
@inline
function routeFour(dx: usize, dy: usize, x: usize, line: usize, pixel: usize): void {
  const a = v128.load(x)
  const b = v128.load(x + pixel)
  const c = v128.load(x + line)
  const d = v128.load(x + line + pixel)
  const upper = f32x4.pmax(f32x4.pmax(f32x4.splat(-Infinity), a), b)
  const largest = f32x4.pmax(f32x4.pmax(upper, c), d)
  const isA = f32x4.eq(a, largest)
  const isB = v128.andnot(f32x4.eq(b, largest), isA)
  const isAbove = v128.or(isA, isB)
  const isC = v128.andnot(f32x4.eq(c, largest), isAbove)
  const isD = v128.andnot(f32x4.eq(d, largest), v128.or(isAbove, isC))
  const gradient = v128.load(dy)
  v128.store(dx, v128.andnot(gradient, v128.or(v128.or(isB, isC), isD)))
  v128.store(dx + pixel, v128.and(gradient, isB))
  v128.store(dx + line, v128.and(gradient, isC))
  v128.store(dx + line + pixel, v128.and(gradient, isD))
}

/** Any window: finds the largest value, then its first place, for each lane, and adds there. */
function route<T>(
  dx: usize,
  dy: usize,
  x: usize,
  depth: i32,
  height: i32,
  width: i32,
  plane: usize,
  line: usize,
  pixel: usize,
): void {
  const row = <usize>width * pixel
  let largest = f32x4.splat(-Infinity)
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const from = x + <usize>z * plane + <usize>y * line
      for (let at = from; at < from + row; at += pixel) largest = f32x4.pmax(largest, get<T>(at))
    }
  }
  let place = i32x4.splat(0)
  for (let z = depth - 1; z >= 0; z--) {
    for (let y = height - 1; y >= 0; y--) {
      const start = <usize>z * plane + <usize>y * line
      for (let offset = start + row; offset > start; ) {
        offset -= pixel
        const isPlace = f32x4.eq(get<T>(x + offset), largest)
        place = v128.bitselect(i32x4.splat(<i32>offset), place, isPlace)
      }
    }
  }
  const gradient = get<T>(dy)
  addTo(dx + i32x4.extract_lane(place, 0), f32x4.extract_lane(gradient, 0))
  if (sizeof<T>() == 4) return
  addTo(dx + 4 + i32x4.extract_lane(place, 1), f32x4.extract_lane(gradient, 1))
  addTo(dx + 8 + i32x4.extract_lane(place, 2), f32x4.extract_lane(gradient, 2))
  addTo(dx + 12 + i32x4.extract_lane(place, 3), f32x4.extract_lane(gradient, 3))
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function addTo(place: usize, value: f32): void {
  store<f32>(place, load<f32>(place) + value)
}
