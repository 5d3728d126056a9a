// The gradient of a convolution by its 3 by 3 filter through tiles: the transformed gradient is the
// sum over tiles of 16 products of transformed inputs and transformed gradients of the outputs.

import { address, integer } from './arguments'
import { WIDTH } from './panels'
import { loadLanes } from './partial-vector'
import {
  CHANNELS,
  FREE,
  GEOMETRY_END,
  OUT_CHANNELS,
  TABLE,
  unitOutput,
  unitPixels,
} from './patch-words'
import { loadUnit } from './patches'
import { scratch } from './scratch'
import { ADDS, copyTile, tile } from './tile'
import {
  belowBytes,
  HAS_BOTTOM,
  HAS_RIGHT,
  rightBytes,
  tileParts,
  transformInputs,
} from './winograd-tiles'

/**
 * Tiles at once, and floats of what they are multiplied from, per row of transformed values, at
 * most.
 */
const MOST_TILES: i32 = 128
const MOST_FLOATS: i32 = 10_000

// where things are in the scratch
const PIECE: usize = 32
const EDGE: usize = 64

// words after the geometry
const UNITS: i32 = GEOMETRY_END
const PART_UNITS: i32 = GEOMETRY_END + 1
const TASK_COLUMNS: i32 = GEOMETRY_END + 2

/**
 * A part of the transformed gradient, `[4][4][channel][column]` per partial sum. Words as of
 * `filterGradient`, with the geometry of tiles; channels are a multiple of 4, at most 512.
 */
export function winogradGradient(args: usize, task: i32): void {
  const columns = integer(args, OUT_CHANNELS)
  const channels = integer(args, CHANNELS)
  const taskColumns = integer(args, TASK_COLUMNS)
  const across = (columns + taskColumns - 1) / taskColumns
  const part = task / across
  const column = (task % across) * taskColumns
  const endColumn = min(column + taskColumns, columns)
  const sums = address(args, 0) + ((<usize>part * 16 * channels * columns) << 2)
  const first = part * integer(args, PART_UNITS)
  const last = min(first + integer(args, PART_UNITS), integer(args, UNITS))
  const most = min(MOST_TILES, MOST_FLOATS / (channels + taskColumns + WIDTH))
  for (let unit = first; unit < last; unit++) {
    loadUnit(args, unit, address(args, 1), address(args, 2))
    const tiles = unitPixels()
    for (let start = 0; start < tiles; start += most) {
      const flags = unit > first || start > 0 ? ADDS : 0
      const count = min(tiles - start, most)
      for (let row = 0; row < 4; row++) {
        addRow(args, start, count, row, column, endColumn, sums, flags)
      }
    }
  }
}

/** Adds the products of one row of transformed values of some tiles. */
function addRow(
  args: usize,
  start: i32,
  count: i32,
  row: i32,
  column: i32,
  endColumn: i32,
  sums: usize,
  flags: i32,
): void {
  const channels = integer(args, CHANNELS)
  const columns = integer(args, OUT_CHANNELS)
  const left = scratch() + FREE
  const leftBytes = <usize>(count * channels) << 2
  const right = left + (leftBytes << 2)
  const panels = (endColumn - column + WIDTH - 1) / WIDTH
  const rightSize = (<usize>(count * panels)) << 5
  for (let t = 0; t < count; t++) {
    transformInputs(args, start + t, row, left + (<usize>t << 4), leftBytes, <usize>count << 4)
    const to = right + (<usize>t << 5)
    transformGradients(args, start + t, row, column, endColumn, to, rightSize, count)
  }
  store<u32>(scratch() + PIECE, 0)
  store<u32>(scratch() + PIECE, <u32>count << 4, 4)
  const line = <usize>columns << 2
  for (let j = 0; j < 4; j++) {
    const matrix = sums + line * <usize>((4 * row + j) * channels) + (<usize>column << 2)
    let a = left + leftBytes * <usize>j
    for (let k = 0; k < channels; k += 4) {
      const c = matrix + line * <usize>k
      addTiles(a, right + rightSize * <usize>j, count, c, line, endColumn - column, flags)
      a += <usize>count << 4
    }
  }
}

/** Products of 4 channels with all panels. */
function addTiles(
  left: usize,
  panel: usize,
  count: i32,
  sums: usize,
  line: usize,
  columns: i32,
  flags: i32,
): void {
  const frame = scratch()
  for (let column = 0; column < columns; column += WIDTH) {
    const width = min(columns - column, WIDTH)
    const isEdge = width < WIDTH
    for (let i: usize = 0; i < 4; i++) {
      store<u32>(frame + (i << 2), <u32>(left + (i << 2)))
      store<u32>(frame + (i << 2), <u32>(isEdge ? frame + EDGE + (i << 5) : sums + line * i), 16)
    }
    if (isEdge && flags !== 0) copyTile(sums, line, frame + EDGE, 32, 4, width)
    tile<f32>(frame, 16, panel, 32, frame + PIECE, 1, flags, 0, 0)
    if (isEdge) copyTile(frame + EDGE, 32, sums, line, 4, width)
    panel += <usize>count << 5
    sums += 32
  }
}

/**
 * One row of the transformed gradients of a tile, in panels `[column / 8][tile][8]` per transformed
 * column.
 */
function transformGradients(
  args: usize,
  tile: i32,
  row: i32,
  column: i32,
  endColumn: i32,
  to: usize,
  columnStep: usize,
  count: i32,
): void {
  const parts = tileParts(args, tile)
  const right = rightBytes(args)
  const below = belowBytes(args)
  const hasTop = row < 3
  const hasBottom = row > 0 && (parts & HAS_BOTTOM) !== 0
  const hasRight = (parts & HAS_RIGHT) !== 0
  const isMinus = row > 1
  const entry = scratch() + TABLE + (<usize>tile << 3)
  const start = unitOutput() + load<u32>(entry, 4)
  const zero = f32x4.splat(0)
  for (let k = column; k < endColumn; k += 4) {
    const lanes = endColumn - k
    const at = start + (<usize>k << 2)
    let l = hasTop ? loadLanes(at, lanes) : zero
    let r = hasTop && hasRight ? loadLanes(at + right, lanes) : zero
    if (hasBottom) {
      const bottomLeft = loadLanes(at + below, lanes)
      const bottomRight = hasRight ? loadLanes(at + below + right, lanes) : zero
      l = isMinus ? f32x4.sub(l, bottomLeft) : f32x4.add(l, bottomLeft)
      r = isMinus ? f32x4.sub(r, bottomRight) : f32x4.add(r, bottomRight)
    }
    const skipped = k - column
    const panel = to + (<usize>((skipped >> 3) * count) << 5) + (<usize>(skipped & 4) << 2)
    v128.store(panel, l)
    v128.store(panel + columnStep, f32x4.add(l, r))
    v128.store(panel + 2 * columnStep, f32x4.sub(l, r))
    v128.store(panel + 3 * columnStep, f32x4.sub(zero, r))
  }
}
