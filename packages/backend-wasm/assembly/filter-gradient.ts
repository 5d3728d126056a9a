// The gradient of a convolution by its filter: patches, turned, times the gradients of the outputs.
// Units are dealt to a fixed number of partial sums, which depends on shapes alone and which are
// added in order at the end.

import { address, integer } from './arguments'
import { WIDTH } from './panels'
import {
  FREE,
  GEOMETRY_END,
  OUT_CHANNELS,
  patchLength,
  TABLE,
  unitBase,
  unitOutput,
  unitPixels,
} from './patch-words'
import { loadUnit } from './patches'
import { runLength, runOffset } from './runs'
import { scratch } from './scratch'
import { ADDS, copyTile, tile } from './tile'

/** Pixels at once. */
const DEPTH: i32 = 256

// where things are in the scratch
const PIECE: usize = 32
const EDGE: usize = 64
const LEFT: usize = FREE
const PANELS: usize = LEFT + 16 * <usize>DEPTH

// words after the geometry
const UNITS: i32 = GEOMETRY_END
const PART_UNITS: i32 = GEOMETRY_END + 1
const TASK_COLUMNS: i32 = GEOMETRY_END + 2

/**
 * A part of `dw`, `[k, columns]` per partial sum, with k through the patch. Words: sums, x, dy, dy;
 * the geometry; units, units per partial sum, columns per task (at most 128).
 */
export function filterGradient(args: usize, task: i32): void {
  const columns = integer(args, OUT_CHANNELS)
  const taskColumns = integer(args, TASK_COLUMNS)
  const across = (columns + taskColumns - 1) / taskColumns
  const part = task / across
  const column = (task % across) * taskColumns
  const endColumn = min(column + taskColumns, columns)
  const sums = address(args, 0) + ((<usize>part * patchLength(args) * columns) << 2)
  const first = part * integer(args, PART_UNITS)
  const last = min(first + integer(args, PART_UNITS), integer(args, UNITS))
  for (let unit = first; unit < last; unit++) {
    loadUnit(args, unit, address(args, 1), address(args, 2))
    const pixels = unitPixels()
    for (let pixel = 0; pixel < pixels; pixel += DEPTH) {
      const flags = unit > first || pixel > 0 ? ADDS : 0
      addPixels(args, pixel, min(pixels - pixel, DEPTH), column, endColumn, sums, flags)
    }
  }
}

/** Adds what some pixels contribute. */
function addPixels(
  args: usize,
  pixel: i32,
  pixels: i32,
  firstColumn: i32,
  endColumn: i32,
  sums: usize,
  flags: i32,
): void {
  const frame = scratch()
  const table = frame + TABLE + (<usize>pixel << 3)
  const inner = patchLength(args)
  const row = <usize>integer(args, OUT_CHANNELS) << 2
  const panelBytes = <usize>pixels << 5
  packGradients(table, pixels, firstColumn, endColumn)
  store<u32>(frame + PIECE, 0)
  store<u32>(frame + PIECE, <u32>pixels << 4, 4)
  for (let k = 0; k < inner; k += 4) {
    const height = min(inner - k, 4)
    packPatches(args, table, pixels, k, height)
    let panel = frame + PANELS
    for (let column = firstColumn; column < endColumn; column += WIDTH) {
      const width = min(endColumn - column, WIDTH)
      const isEdge = height < 4 || width < WIDTH
      const to = sums + row * <usize>k + (<usize>column << 2)
      for (let i: usize = 0; i < 4; i++) {
        store<u32>(frame + (i << 2), <u32>(frame + LEFT + (i << 2)))
        store<u32>(frame + (i << 2), <u32>(isEdge ? frame + EDGE + (i << 5) : to + row * i), 16)
      }
      if (isEdge && flags !== 0) copyTile(to, row, frame + EDGE, 32, height, width)
      tile<f32>(frame, 16, panel, 32, frame + PIECE, 1, flags, 0, 0)
      if (isEdge) copyTile(frame + EDGE, 32, to, row, height, width)
      panel += panelBytes
    }
  }
}

/** Packs the gradients of some outputs in panels `[pixel][8]`, one after the other. */
function packGradients(table: usize, pixels: i32, firstColumn: i32, endColumn: i32): void {
  const end = table + (<usize>pixels << 3)
  let panel = scratch() + PANELS
  for (let column = firstColumn; column < endColumn; column += WIDTH) {
    const bytes = <usize>min(endColumn - column, WIDTH) << 2
    const base = unitOutput() + (<usize>column << 2)
    for (let entry = table; entry < end; entry += 8) {
      const from = base + load<u32>(entry, 4)
      if (bytes === 32) {
        v128.store(panel, v128.load(from))
        v128.store(panel, v128.load(from, 16), 16)
      } else {
        for (let i: usize = 0; i < 32; i += 4) {
          store<u32>(panel + i, i < bytes ? load<u32>(from + i) : 0)
        }
      }
      panel += 32
    }
  }
}

/** Packs 4 values of each patch as `[pixel][4]`; beyond the patch the last is repeated. */
function packPatches(args: usize, table: usize, pixels: i32, k: i32, height: i32): void {
  const end = table + (<usize>pixels << 3)
  const base = unitBase()
  const p0 = base + offset(args, k)
  const p1 = base + offset(args, k + min(1, height - 1))
  const p2 = base + offset(args, k + min(2, height - 1))
  const p3 = base + offset(args, k + min(3, height - 1))
  let to = scratch() + LEFT
  if (p1 === p0 + 4 && p2 === p0 + 8 && p3 === p0 + 12) {
    for (; table < end; table += 8) {
      v128.store(to, v128.load(p0 + load<u32>(table)))
      to += 16
    }
    return
  }
  for (; table < end; table += 8) {
    const pixel = <usize>load<u32>(table)
    store<u32>(to, load<u32>(p0 + pixel))
    store<u32>(to, load<u32>(p1 + pixel), 4)
    store<u32>(to, load<u32>(p2 + pixel), 8)
    store<u32>(to, load<u32>(p3 + pixel), 12)
    to += 16
  }
}

/** Where a value of the patch is, in bytes from the pixel's patch. */
function offset(args: usize, k: i32): usize {
  const length = runLength(args)
  return runOffset(args, k / length) + (<usize>(k % length) << 2)
}
