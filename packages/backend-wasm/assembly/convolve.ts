// Convolution without an unrolled input: the tiles of a product whose left factor is the patches,
// see `patches.ts`, and whose right factor is the filter, packed in panels of 8 columns.

import { address, float, integer } from './arguments'
import { WIDTH } from './panels'
import {
  GEOMETRY_END,
  OUT_CHANNELS,
  patchLength,
  PIECES,
  TABLE,
  unitBase,
  unitOutput,
  unitPixels,
} from './patch-words'
import { loadUnit } from './patches'
import { writePieces } from './runs'
import { scratch } from './scratch'
import { ADDS, copyTile, HAS_BIAS, tile } from './tile'

/** Summands at once: a panel of them (16 kB) stays in the first-level cache. */
const DEPTH: i32 = 512

// where things are in the scratch
const EDGE: usize = 64
const BIAS: usize = 192

// words after the geometry
const UNITS: i32 = GEOMETRY_END
const TASK_UNITS: i32 = GEOMETRY_END + 1
const FLAGS: i32 = GEOMETRY_END + 2
const SLOPE: i32 = GEOMETRY_END + 3

/**
 * `out = activation(patches · panels + bias)`. Words: out, source, panels, bias; the geometry;
 * units, units per task, flags of a tile; slope.
 */
export function convolve(args: usize, task: i32): void {
  const first = task * integer(args, TASK_UNITS)
  const last = min(first + integer(args, TASK_UNITS), integer(args, UNITS))
  for (let unit = first; unit < last; unit++) {
    loadUnit(args, unit, address(args, 1), address(args, 0))
    convolveUnit(args)
  }
}

function convolveUnit(args: usize): void {
  const inner = patchLength(args)
  const columns = integer(args, OUT_CHANNELS)
  const flags = integer(args, FLAGS)
  let k = 0
  do {
    const depth = min(inner - k, DEPTH)
    const pieces = writePieces(args, k, k + depth)
    const adds = k > 0 ? ADDS : 0
    const finishing = k + depth === inner ? flags | adds : adds
    for (let column = 0; column < columns; column += WIDTH) {
      const panel = address(args, 2) + ((<usize>column * inner + <usize>(k * WIDTH)) << 2)
      tiles(args, panel, column, min(columns - column, WIDTH), pieces, finishing)
    }
    k += depth
  } while (k < inner)
}

/** One panel against all pixels of the unit, 4 at a time. */
function tiles(args: usize, panel: usize, column: i32, width: i32, pieces: i32, flags: i32): void {
  const frame = scratch()
  const base = unitBase()
  const out = unitOutput() + (<usize>column << 2)
  const slope = float(args, SLOPE)
  const pixels = unitPixels()
  let bias = address(args, 3) + (<usize>column << 2)
  if (width < WIDTH && (flags & HAS_BIAS) !== 0) {
    copyTile(bias, 0, frame + BIAS, 0, 1, width)
    bias = frame + BIAS
  }
  let entry = frame + TABLE
  for (let pixel = 0; pixel < pixels; pixel += 4) {
    const height = min(pixels - pixel, 4)
    const isEdge = height < 4 || width < WIDTH
    for (let i = 0; i < 4; i++) {
      const at = frame + (<usize>i << 2)
      const own = entry + (<usize>min(i, height - 1) << 3)
      const to = isEdge ? frame + EDGE + (<usize>i << 5) : out + load<u32>(own, 4)
      store<u32>(at, <u32>(base + load<u32>(own)))
      store<u32>(at, <u32>to, 16)
    }
    if (isEdge && (flags & ADDS) !== 0) {
      for (let i = 0; i < height; i++) {
        const from = out + load<u32>(entry + (<usize>i << 3), 4)
        copyTile(from, 0, frame + EDGE + (<usize>i << 5), 0, 1, width)
      }
    }
    tile<f32>(frame, 4, panel, 32, frame + PIECES, pieces, flags, bias, slope)
    if (isEdge) {
      for (let i = 0; i < height; i++) {
        const to = out + load<u32>(entry + (<usize>i << 3), 4)
        copyTile(frame + EDGE + (<usize>i << 5), 0, to, 0, 1, width)
      }
    }
    entry += 32
  }
}
