import { address, integer } from './arguments'
import { get, put, shareStart } from './lanes'

// The words of a resize: `n, h, w, c, out h, out w, is nearest, are corners aligned, are pixels centred,
// tasks`, behind the two addresses.
const HEIGHT = 3
const WIDTH = 4
const CHANNELS = 5
const OUT_HEIGHT = 6
const OUT_WIDTH = 7
const TASKS = 11

/** Resized images `[n, h, w, c]`: `out, x` and the words above. A unit of work is a row of the result. */
export function resize(args: usize, task: i32): void {
  const out = address(args, 0)
  const x = address(args, 1)
  const height = integer(args, HEIGHT)
  const outHeight = integer(args, OUT_HEIGHT)
  const outWidth = integer(args, OUT_WIDTH)
  const pixel = (<usize>integer(args, CHANNELS)) << 2
  const line = <usize>integer(args, WIDTH) * pixel
  const units = integer(args, 2) * outHeight
  const last = shareStart(units, integer(args, TASKS), task + 1)
  for (let unit = shareStart(units, integer(args, TASKS), task); unit < last; unit++) {
    const image = unit / outHeight
    const at = source(args, unit - image * outHeight, height, outHeight)
    const row = <i32>at
    const upper = x + (<usize>image * height + row) * line
    const lower = row + 1 < height ? upper + line : upper
    const to = out + <usize>unit * outWidth * pixel
    resizeRow(args, to, upper, lower, <f32>(at - row), pixel)
  }
}

/** A row of the result from two rows of the image. */
function resizeRow(
  args: usize,
  out: usize,
  upper: usize,
  lower: usize,
  share: f32,
  pixel: usize,
): void {
  const width = integer(args, WIDTH)
  const outWidth = integer(args, OUT_WIDTH)
  const body = pixel & ~15
  for (let place = 0; place < outWidth; place++) {
    const at = source(args, place, width, outWidth)
    const column = <i32>at
    const left = <usize>column * pixel
    const right = column + 1 < width ? left + pixel : left
    const rest = <f32>(at - column)
    for (let c: usize = 0; c < body; c += 16) {
      const top = between<v128>(upper + left + c, upper + right + c, rest)
      const bottom = share == 0 ? top : between<v128>(lower + left + c, lower + right + c, rest)
      put<v128>(out + c, mixed(top, bottom, share))
    }
    for (let c = body; c < pixel; c += 4) {
      const top = between<f32>(upper + left + c, upper + right + c, rest)
      const bottom = share == 0 ? top : between<f32>(lower + left + c, lower + right + c, rest)
      put<f32>(out + c, mixed(top, bottom, share))
    }
    out += pixel
  }
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function between<T>(first: usize, second: usize, share: f32): v128 {
  return mixed(get<T>(first), get<T>(second), share)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function mixed(first: v128, second: v128, share: f32): v128 {
  if (share == 0) return first
  return f32x4.add(first, f32x4.mul(f32x4.sub(second, first), f32x4.splat(share)))
}

/** Where a place of the result is in the image, along one axis; whole for the nearest pixel. */
function source(args: usize, place: i32, size: i32, out: i32): f64 {
  const isNearest = integer(args, 8) != 0
  const isAligned = integer(args, 9) != 0
  const isCentred = integer(args, 10) != 0
  const ratio =
    isAligned && out > 1 ? <f64>(size - 1) / <f64>(out - 1) : <f64>size / <f64>out
  let at = ratio * (isCentred ? <f64>place + 0.5 : <f64>place)
  if (isNearest) at = Math.floor(isAligned ? at + 0.5 : at)
  else if (isCentred) at -= 0.5
  return max(0.0, min(<f64>(size - 1), at))
}

/**
 * The gradient of a resize by its images: `dx, dy` and the words above. A unit of work is a row of the
 * images, which gathers the rows of the result that were made from it.
 */
export function resizeGradient(args: usize, task: i32): void {
  const dx = address(args, 0)
  const dy = address(args, 1)
  const height = integer(args, HEIGHT)
  const outHeight = integer(args, OUT_HEIGHT)
  const pixel = (<usize>integer(args, CHANNELS)) << 2
  const line = <usize>integer(args, WIDTH) * pixel
  const outLine = <usize>integer(args, OUT_WIDTH) * pixel
  const units = integer(args, 2) * height
  const last = shareStart(units, integer(args, TASKS), task + 1)
  for (let unit = shareStart(units, integer(args, TASKS), task); unit < last; unit++) {
    const image = unit / height
    const row = unit - image * height
    const to = dx + <usize>unit * line
    memory.fill(to, 0, line)
    for (let place = 0; place < outHeight; place++) {
      const weight = shareOf(source(args, place, height, outHeight), row)
      if (weight == 0) continue
      addRow(args, to, dy + (<usize>image * outHeight + place) * outLine, weight, pixel)
    }
  }
}

/** How much of a value comes from a pixel. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function shareOf(at: f64, pixel: i32): f32 {
  return <f32>max(0.0, 1 - Math.abs(at - <f64>pixel))
}

/** Adds the weighted gradients of a row of the result to the pixels that they came from. */
function addRow(args: usize, dx: usize, dy: usize, weight: f32, pixel: usize): void {
  const width = integer(args, WIDTH)
  const outWidth = integer(args, OUT_WIDTH)
  for (let place = 0; place < outWidth; place++) {
    const at = source(args, place, width, outWidth)
    const column = <i32>at
    const rest = shareOf(at, column + 1)
    const left = dx + <usize>column * pixel
    addPixel(left, dy, weight * shareOf(at, column), pixel)
    if (rest > 0) addPixel(left + pixel, dy, weight * rest, pixel)
    dy += pixel
  }
}

function addPixel(dx: usize, dy: usize, weight: f32, pixel: usize): void {
  const body = pixel & ~15
  const factor = f32x4.splat(weight)
  for (let c: usize = 0; c < body; c += 16) {
    put<v128>(dx + c, f32x4.add(get<v128>(dx + c), f32x4.mul(get<v128>(dy + c), factor)))
  }
  for (let c = body; c < pixel; c += 4) {
    put<f32>(dx + c, f32x4.add(get<f32>(dx + c), f32x4.mul(get<f32>(dy + c), factor)))
  }
}
