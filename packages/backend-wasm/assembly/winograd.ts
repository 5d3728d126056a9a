import { address, float, integer } from './arguments'
import { WIDTH } from './panels'
import { loadLanes, storeLanes } from './partial-vector'
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
import { TALL, tallTile, tileHeight } from './tall-tile'
import { activated, ACTIVATION_SHIFT, HAS_BIAS, tile } from './tile'
import {
  belowBytes,
  HAS_BOTTOM,
  HAS_RIGHT,
  rightBytes,
  tileParts,
  transformInputs,
} from './winograd-tiles'

/** Tiles at once, and floats of their transformed inputs per transformed value at most. */
const MOST_TILES: i32 = 32
const MOST_FLOATS: i32 = 2048

// where things are in the scratch
const PIECE: usize = 48
const PRODUCTS: usize = FREE
const INPUTS: usize = PRODUCTS + 16 * 32 * <usize>MOST_TILES

// words after the geometry
const UNITS: i32 = GEOMETRY_END
const TASK_UNITS: i32 = GEOMETRY_END + 1
const FLAGS: i32 = GEOMETRY_END + 2
const SLOPE: i32 = GEOMETRY_END + 3

/**
 * A convolution by 3 by 3 with stride 1. Words as of `convolve`, with transformed panels and the
 * geometry of tiles; channels are a multiple of 4, at most 512.
 */
export function winograd(args: usize, task: i32): void {
  const channels = integer(args, CHANNELS)
  const outChannels = integer(args, OUT_CHANNELS)
  const most = min(MOST_TILES, (MOST_FLOATS / channels) & ~3)
  const first = task * integer(args, TASK_UNITS)
  const last = min(first + integer(args, TASK_UNITS), integer(args, UNITS))
  store<u32>(scratch() + PIECE, 0)
  store<u32>(scratch() + PIECE, <u32>channels << 2, 4)
  for (let unit = first; unit < last; unit++) {
    loadUnit(args, unit, address(args, 1), address(args, 0))
    const tiles = unitPixels()
    for (let start = 0; start < tiles; start += most) {
      const count = min(tiles - start, most)
      transformTiles(args, start, count)
      for (let column = 0; column < outChannels; column += WIDTH) {
        multiply(address(args, 2) + ((<usize>column * 16 * channels) << 2), count, channels)
        writeOutputs(args, start, count, column, min(outChannels - column, 4))
        if (outChannels - column > 4) {
          writeOutputs(args, start, count, column + 4, min(outChannels - column - 4, 4))
        }
      }
    }
  }
}

/** The inputs of some tiles as `[16][tile][channel]`. */
function transformTiles(args: usize, start: i32, count: i32): void {
  const bytes = <usize>integer(args, CHANNELS) << 2
  const step = bytes * <usize>count
  let row = scratch() + INPUTS
  for (let i = 0; i < 4; i++) {
    let to = row
    for (let t = start; t < start + count; t++) {
      transformInputs(args, t, i, to, step, 16)
      to += bytes
    }
    row += step << 2
  }
}

/** The 16 products of transformed inputs and one panel, as `[16][tile][8]`. */
function multiply(panel: usize, count: i32, channels: i32): void {
  const frame = scratch()
  const bytes = <usize>channels << 2
  let inputs = frame + INPUTS
  let products = frame + PRODUCTS
  for (let value = 0; value < 16; value++) {
    for (let t = 0; t < count; ) {
      const height = tileHeight<f32>(count - t)
      const outputs = frame + (<usize>height << 2)
      for (let i = 0; i < height; i++) {
        const at = <usize>i << 2
        store<u32>(frame + at, <u32>(inputs + bytes * <usize>min(t + i, count - 1)))
        store<u32>(outputs + at, <u32>(products + (<usize>(t + i) << 5)))
      }
      if (height === TALL) tallTile(frame, panel, channels, 0)
      else tile<f32>(frame, 4, panel, 32, frame + PIECE, 1, 0, 0, 0)
      t += height
    }
    inputs += bytes * <usize>count
    products += 32 * <usize>MOST_TILES
    panel += bytes << 3
  }
}

/** Transforms the products of 4 columns to outputs, and finishes these. */
function writeOutputs(args: usize, start: i32, count: i32, column: i32, lanes: i32): void {
  const flags = integer(args, FLAGS)
  const has = (flags & HAS_BIAS) !== 0
  const bias = has ? loadLanes(address(args, 3) + (<usize>column << 2), lanes) : f32x4.splat(-0)
  const activation = flags >> ACTIVATION_SHIFT
  const slope = float(args, SLOPE)
  const right = rightBytes(args)
  const below = belowBytes(args)
  let from = scratch() + PRODUCTS + (<usize>(column & 7) << 2)
  for (let t = start; t < start + count; t++) {
    const parts = tileParts(args, t)
    const entry = scratch() + TABLE + (<usize>t << 3)
    const to = unitOutput() + load<u32>(entry, 4) + (<usize>column << 2)
    const t0 = above(from, 0)
    const t1 = above(from, 1)
    const t2 = above(from, 2)
    const t3 = above(from, 3)
    const y0 = f32x4.add(f32x4.add(f32x4.add(t0, t1), t2), bias)
    const y1 = f32x4.add(f32x4.sub(f32x4.sub(t1, t2), t3), bias)
    storeLanes(to, activated(y0, activation, slope), lanes)
    if ((parts & HAS_RIGHT) !== 0) storeLanes(to + right, activated(y1, activation, slope), lanes)
    if ((parts & HAS_BOTTOM) !== 0) {
      const b0 = under(from, 0)
      const b1 = under(from, 1)
      const b2 = under(from, 2)
      const b3 = under(from, 3)
      const y2 = f32x4.add(f32x4.add(f32x4.add(b0, b1), b2), bias)
      const y3 = f32x4.add(f32x4.sub(f32x4.sub(b1, b2), b3), bias)
      const bottom = to + below
      storeLanes(bottom, activated(y2, activation, slope), lanes)
      if ((parts & HAS_RIGHT) !== 0) {
        storeLanes(bottom + right, activated(y3, activation, slope), lanes)
      }
    }
    from += 32
  }
}

/** Product of row i and column j of a tile. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function product(from: usize, i: usize, j: usize): v128 {
  return v128.load(from + (4 * i + j) * 32 * <usize>MOST_TILES)
}

/** What a column of products gives to the upper outputs. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function above(from: usize, j: usize): v128 {
  return f32x4.add(f32x4.add(product(from, 0, j), product(from, 1, j)), product(from, 2, j))
}

/** What a column of products gives to the lower outputs. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function under(from: usize, j: usize): v128 {
  return f32x4.sub(f32x4.sub(product(from, 1, j), product(from, 2, j)), product(from, 3, j))
}
