// Words of the geometry of a convolution among the arguments, and places in the scratch; see
// `patches.ts`.

import { integer } from './arguments'
import { scratch } from './scratch'

// words of the geometry, which follow four addresses
export const GEOMETRY: i32 = 4
export const IMAGES: i32 = GEOMETRY
export const CHANNELS: i32 = GEOMETRY + 1
export const IS_COPIED: i32 = GEOMETRY + 2
export const UNIT_IMAGES: i32 = GEOMETRY + 3
export const UNIT_ROWS: i32 = GEOMETRY + 4
export const UNIT_COLUMNS: i32 = GEOMETRY + 5
export const Z: i32 = GEOMETRY + 6
export const Y: i32 = Z + 9
export const X: i32 = Y + 9
/** Values per pixel of what the output positions stand for. */
export const OUT_CHANNELS: i32 = X + 9
/** The first word after the geometry. */
export const GEOMETRY_END: i32 = OUT_CHANNELS + 1

// words of an axis
export const SOURCE: i32 = 0
export const COUNT: i32 = 1
export const STRIDE: i32 = 2
export const TAPS: i32 = 3
export const FIRST: i32 = 4
export const DELTA: i32 = 5
export const OUT_SIZE: i32 = 6
export const OUT_FIRST: i32 = 7
export const OUT_STEP: i32 = 8

// where things are in the scratch; the first 256 bytes are the tile's
export const BASE: usize = 256
export const OUT_BASE: usize = 260
export const PIXELS: usize = 264
export const LINE: usize = 268
export const PLANE: usize = 272
export const IMAGE: usize = 276
export const TOP: usize = 280
export const LEFT: usize = 284
/** The unit's first row and column of output positions, and how many it has of each. */
export const FIRST_ROW: usize = 288
export const FIRST_COLUMN: usize = 292
export const ROW_COUNT: usize = 296
export const COLUMN_COUNT: usize = 300
/** Pairs of words per run; see {@link tile}. */
export const PIECES: usize = 320
/** Pairs of words per pixel: where its patch and its output are, in bytes from the unit's. */
export const TABLE: usize = 4608
/** Pixels of a unit at most. */
export const MOST_PIXELS: usize = 1024
/** Memory for the operation itself, then the copied part of the image. */
export const FREE: usize = TABLE + 8 * MOST_PIXELS
export const BAND: usize = 176 * 1024

/** Address of the unit's first patch. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function unitBase(): usize {
  return load<u32>(scratch(), BASE)
}

/** Address of the unit's first output. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function unitOutput(): usize {
  return load<u32>(scratch(), OUT_BASE)
}

/** Pixels of the unit. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function unitPixels(): i32 {
  return load<i32>(scratch(), PIXELS)
}

/** Length of a patch. */
export function patchLength(args: usize): i32 {
  const taps = integer(args, Z + TAPS) * integer(args, Y + TAPS) * integer(args, X + TAPS)
  return taps * integer(args, CHANNELS)
}
