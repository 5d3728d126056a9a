// Winograd's F(2x2, 3x3): 2 by 2 outputs of a 3 by 3 filter from 4 by 4 inputs with 16 products
// instead of 36 (Lavin and Gray, "Fast algorithms for convolutional neural networks", 2016). The
// geometry is that of patches of 4 by 4 with stride 2: a position is a tile of outputs.

import { integer } from './arguments'
import {
  CHANNELS,
  COLUMN_COUNT,
  FIRST_COLUMN,
  FIRST_ROW,
  LINE,
  OUT_CHANNELS,
  OUT_SIZE,
  ROW_COUNT,
  TABLE,
  unitBase,
  X,
  Y,
} from './patch-words'
import { scratch } from './scratch'

/** Whether a tile has outputs at its right. */
export const HAS_RIGHT: i32 = 1
/** Whether a tile has outputs at its bottom. */
export const HAS_BOTTOM: i32 = 2

/** What of a tile is inside the output. */
export function tileParts(args: usize, tile: i32): i32 {
  const columns = load<i32>(scratch(), COLUMN_COUNT)
  const x = load<i32>(scratch(), FIRST_COLUMN) + (tile % columns)
  const row = (tile / columns) % load<i32>(scratch(), ROW_COUNT)
  const y = load<i32>(scratch(), FIRST_ROW) + row
  const right = 2 * x + 1 < integer(args, X + OUT_SIZE) ? HAS_RIGHT : 0
  return right | (2 * y + 1 < integer(args, Y + OUT_SIZE) ? HAS_BOTTOM : 0)
}

/** Bytes from an output to that at its right. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function rightBytes(args: usize): usize {
  return <usize>integer(args, OUT_CHANNELS) << 2
}

/** Bytes from an output to that below. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function belowBytes(args: usize): usize {
  return rightBytes(args) * <usize>integer(args, X + OUT_SIZE)
}

/**
 * One of the 4 rows of the transformed inputs of a tile, for all channels. The value of column j
 * and channel c, c a multiple of 4, goes to `to + j * columnStep + (c / 4) * vectorStep`.
 */
export function transformInputs(
  args: usize,
  tile: i32,
  row: i32,
  to: usize,
  columnStep: usize,
  vectorStep: usize,
): void {
  const pixel = <usize>integer(args, CHANNELS) << 2
  const line = <usize>load<u32>(scratch(), LINE)
  const start = unitBase() + load<u32>(scratch() + TABLE + (<usize>tile << 3))
  // rows of the inputs: 0 - 2, 1 + 2, 2 - 1, 1 - 3
  let a = start + line * (row === 0 ? 0 : row === 2 ? 2 : 1)
  let b = start + line * (row === 3 ? 3 : row === 2 ? 1 : 2)
  const end = a + pixel
  const sign = i32x4.splat(row === 1 ? 0 : 1 << 31)
  const pixel2 = pixel << 1
  const pixel3 = pixel + pixel2
  for (; a < end; a += 16) {
    const r0 = f32x4.add(v128.load(a), v128.xor(v128.load(b), sign))
    const r1 = f32x4.add(v128.load(a + pixel), v128.xor(v128.load(b + pixel), sign))
    const r2 = f32x4.add(v128.load(a + pixel2), v128.xor(v128.load(b + pixel2), sign))
    const r3 = f32x4.add(v128.load(a + pixel3), v128.xor(v128.load(b + pixel3), sign))
    v128.store(to, f32x4.sub(r0, r2))
    v128.store(to + columnStep, f32x4.add(r1, r2))
    v128.store(to + (columnStep << 1), f32x4.sub(r2, r1))
    v128.store(to + 3 * columnStep, f32x4.sub(r1, r3))
    b += 16
    to += vectorStep
  }
}
