// The unrolled input of a convolution, which is never written down: the patch of an output pixel is
// runs of contiguous values whose places, seen from the pixel, are the same for all pixels. A task
// goes through units: a part of one image, or some small images. What a unit reads beyond the image
// is 0: such a part is copied into the scratch ("band") with zeros around it; a convolution that
// stays inside reads the image in place.
//
// Output position n of an axis and tap t read the source at n * stride + first + t * delta.

import { integer } from './arguments'
import {
  BAND,
  BASE,
  CHANNELS,
  COLUMN_COUNT,
  COUNT,
  DELTA,
  FIRST,
  FIRST_COLUMN,
  FIRST_ROW,
  IMAGE,
  IMAGES,
  IS_COPIED,
  LEFT,
  LINE,
  OUT_BASE,
  OUT_CHANNELS,
  OUT_FIRST,
  OUT_SIZE,
  OUT_STEP,
  PIXELS,
  PLANE,
  ROW_COUNT,
  SOURCE,
  STRIDE,
  TABLE,
  TAPS,
  TOP,
  UNIT_COLUMNS,
  UNIT_IMAGES,
  UNIT_ROWS,
  X,
  Y,
  Z,
} from './patch-words'
import { scratch } from './scratch'

// @ts-ignore: decorators are AssemblyScript's
@inline
function parts(size: i32, part: i32): i32 {
  return (size + part - 1) / part
}

/** Makes a unit current: its table of pixels and, if it must be, its copy of the image. */
export function loadUnit(args: usize, unit: i32, source: usize, out: usize): void {
  const columns = integer(args, UNIT_COLUMNS)
  const rows = integer(args, UNIT_ROWS)
  const across = parts(integer(args, X + COUNT), columns)
  const down = parts(integer(args, Y + COUNT), rows)
  const x0 = (unit % across) * columns
  const x1 = min(x0 + columns, integer(args, X + COUNT))
  const y0 = ((unit / across) % down) * rows
  const y1 = min(y0 + rows, integer(args, Y + COUNT))
  unit /= across * down
  const z = unit % integer(args, Z + COUNT)
  const image = (unit / integer(args, Z + COUNT)) * integer(args, UNIT_IMAGES)
  const images = min(integer(args, UNIT_IMAGES), integer(args, IMAGES) - image)
  const line = <usize>(integer(args, X + SOURCE) * integer(args, CHANNELS)) << 2
  const plane = line * <usize>integer(args, Y + SOURCE)
  const base = source + plane * <usize>(integer(args, Z + SOURCE) * image)
  store<i32>(scratch(), images * (y1 - y0) * (x1 - x0), PIXELS)
  store<i32>(scratch(), y0, FIRST_ROW)
  store<i32>(scratch(), x0, FIRST_COLUMN)
  store<i32>(scratch(), y1 - y0, ROW_COUNT)
  store<i32>(scratch(), x1 - x0, COLUMN_COUNT)
  if (integer(args, IS_COPIED) !== 0) copyBand(args, base, images, z, y0, y1, x0, x1)
  else {
    const front = z * integer(args, Z + STRIDE) + integer(args, Z + FIRST)
    store<u32>(scratch(), <u32>(base + plane * <usize>front), BASE)
    store<u32>(scratch(), <u32>line, LINE)
    store<u32>(scratch(), <u32>(plane * <usize>integer(args, Z + DELTA)), PLANE)
    store<u32>(scratch(), <u32>(plane * <usize>integer(args, Z + SOURCE)), IMAGE)
    store<i32>(scratch(), y0 * integer(args, Y + STRIDE) + integer(args, Y + FIRST), TOP)
    store<i32>(scratch(), x0 * integer(args, X + STRIDE) + integer(args, X + FIRST), LEFT)
  }
  writeTable(args, image, images, z, y0, y1, x0, x1, out)
}

/** Copies what the unit reads, slice by slice along z, into the scratch. */
function copyBand(
  args: usize,
  source: usize,
  images: i32,
  z: i32,
  y0: i32,
  y1: i32,
  x0: i32,
  x1: i32,
): void {
  const depth = integer(args, Z + SOURCE)
  const height = integer(args, Y + SOURCE)
  const width = integer(args, X + SOURCE)
  const bandHeight = reach(args, Y, y1 - y0)
  const bandWidth = reach(args, X, x1 - x0)
  const pixel = <usize>integer(args, CHANNELS) << 2
  const plane = pixel * <usize>width * <usize>height
  const bandPlane = pixel * <usize>bandWidth * <usize>bandHeight
  const top = y0 * integer(args, Y + STRIDE) + integer(args, Y + FIRST)
  const left = x0 * integer(args, X + STRIDE) + integer(args, X + FIRST)
  const front = z * integer(args, Z + STRIDE) + integer(args, Z + FIRST)
  const taps = integer(args, Z + TAPS)
  let to = scratch() + BAND
  store<u32>(scratch(), <u32>to, BASE)
  store<u32>(scratch(), <u32>(pixel * <usize>bandWidth), LINE)
  store<u32>(scratch(), <u32>bandPlane, PLANE)
  store<u32>(scratch(), <u32>(bandPlane * <usize>taps), IMAGE)
  store<i32>(scratch(), 0, TOP)
  store<i32>(scratch(), 0, LEFT)
  for (let i = 0; i < images; i++) {
    for (let tap = 0; tap < taps; tap++) {
      const at = front + tap * integer(args, Z + DELTA)
      const rows = at < 0 || at >= depth ? 0 : height
      const from = source + plane * <usize>(i * depth + at)
      copyWindow(from, rows, width, pixel, top, left, bandHeight, bandWidth, to)
      to += bandPlane
    }
  }
}

/** Source positions that some output positions in a row see along an axis. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function reach(args: usize, axis: i32, count: i32): i32 {
  const taps = (integer(args, axis + TAPS) - 1) * integer(args, axis + DELTA)
  return (count - 1) * integer(args, axis + STRIDE) + taps + 1
}

/** Writes where each pixel of the unit has its patch and its output. */
function writeTable(
  args: usize,
  image: i32,
  images: i32,
  z: i32,
  y0: i32,
  y1: i32,
  x0: i32,
  x1: i32,
  out: usize,
): void {
  const place = scratch()
  const pixel = <usize>integer(args, CHANNELS) << 2
  const outPixel = <usize>integer(args, OUT_CHANNELS) << 2
  const line = <usize>load<u32>(place, LINE)
  const outLine = <usize>integer(args, X + OUT_SIZE) * outPixel
  const outPlane = outLine * <usize>integer(args, Y + OUT_SIZE)
  const outImage = outPlane * <usize>integer(args, Z + OUT_SIZE)
  const step = pixel * <usize>integer(args, X + STRIDE)
  const outStep = outPixel * <usize>integer(args, X + OUT_STEP)
  const left = pixel * <usize>load<i32>(place, LEFT)
  const outLeft = outPixel * <usize>position(args, X, x0)
  const start = out + outImage * <usize>image + outPlane * <usize>position(args, Z, z)
  store<u32>(place, <u32>start, OUT_BASE)
  let entry = place + TABLE
  for (let i = 0; i < images; i++) {
    for (let y = y0; y < y1; y++) {
      const row = load<i32>(place, TOP) + (y - y0) * integer(args, Y + STRIDE)
      let at = <usize>load<u32>(place, IMAGE) * <usize>i + line * <usize>row + left
      let to = outImage * <usize>i + outLine * <usize>position(args, Y, y) + outLeft
      for (let x = x0; x < x1; x++) {
        store<u32>(entry, <u32>at)
        store<u32>(entry, <u32>to, 4)
        entry += 8
        at += step
        to += outStep
      }
    }
  }
}

/** Where an output position stands in the output. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function position(args: usize, axis: i32, n: i32): i32 {
  return integer(args, axis + OUT_FIRST) + n * integer(args, axis + OUT_STEP)
}

/** Copies a window of an image; what lies outside is 0. */
function copyWindow(
  image: usize,
  height: i32,
  width: i32,
  pixelBytes: usize,
  top: i32,
  left: i32,
  windowHeight: i32,
  windowWidth: i32,
  to: usize,
): void {
  const line = <usize>width * pixelBytes
  const first = min(max(0, -left), windowWidth)
  const end = max(first, min(windowWidth, width - left))
  const skipped = <usize>first * pixelBytes
  const copied = <usize>(end - first) * pixelBytes
  const rest = <usize>(windowWidth - end) * pixelBytes
  for (let row = top; row < top + windowHeight; row++) {
    if (row < 0 || row >= height) {
      memory.fill(to, 0, skipped + copied + rest)
    } else {
      if (skipped > 0) memory.fill(to, 0, skipped)
      const from = image + line * <usize>row + pixelBytes * <usize>(left + first)
      memory.copy(to + skipped, from, copied)
      if (rest > 0) memory.fill(to + skipped + copied, 0, rest)
    }
    to += skipped + copied + rest
  }
}
