// The innermost loop of products in the build with relaxed SIMD: 6 rows by 8 columns of sums. With 12 sums, two
// vectors of `b` and one of `a` V8's 15 vector registers are full, and the 12 chains hide the latency of a fused
// multiply-add. Products that are rounded twice need a register more: there 4 rows are faster.

import { addProduct, ADDS, storeRow } from './tile'

/** Rows of a tall tile. */
export const TALL: i32 = 6

/**
 * Rows of the tile that begins where so many are left. In the end two tiles of 4 rows are better than one that
 * is full and one that is nearly empty.
 */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function tileHeight<T>(rows: i32): i32 {
  // @ts-ignore: a constant of the compiler
  if (ASC_FEATURE_RELAXED_SIMD && isFloat<T>()) {
    return rows > 8 || rows === 5 || rows === 6 ? TALL : 4
  }
  return 4
}

/**
 * Sums over `a[row][k] * b[k]` for k below `depth`, of a left factor whose rows lie anywhere and a panel
 * `[k][8]`. A frame has the addresses of 6 rows of `a`, then those of 6 rows of the output.
 */
export function tallTile(frame: usize, b: usize, depth: i32, flags: i32): void {
  const a0 = <usize>load<u32>(frame)
  const a1 = <usize>load<u32>(frame, 4)
  const a2 = <usize>load<u32>(frame, 8)
  const a3 = <usize>load<u32>(frame, 12)
  const a4 = <usize>load<u32>(frame, 16)
  const a5 = <usize>load<u32>(frame, 20)
  let s00 = f32x4.splat(0)
  let s01 = s00
  let s10 = s00
  let s11 = s00
  let s20 = s00
  let s21 = s00
  let s30 = s00
  let s31 = s00
  let s40 = s00
  let s41 = s00
  let s50 = s00
  let s51 = s00
  const end = <usize>depth << 2
  for (let k: usize = 0; k < end; k += 4) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    b += 32
    let x = v128.load32_splat(a0 + k)
    s00 = addProduct<f32>(s00, x, b0)
    s01 = addProduct<f32>(s01, x, b1)
    x = v128.load32_splat(a1 + k)
    s10 = addProduct<f32>(s10, x, b0)
    s11 = addProduct<f32>(s11, x, b1)
    x = v128.load32_splat(a2 + k)
    s20 = addProduct<f32>(s20, x, b0)
    s21 = addProduct<f32>(s21, x, b1)
    x = v128.load32_splat(a3 + k)
    s30 = addProduct<f32>(s30, x, b0)
    s31 = addProduct<f32>(s31, x, b1)
    x = v128.load32_splat(a4 + k)
    s40 = addProduct<f32>(s40, x, b0)
    s41 = addProduct<f32>(s41, x, b1)
    x = v128.load32_splat(a5 + k)
    s50 = addProduct<f32>(s50, x, b0)
    s51 = addProduct<f32>(s51, x, b1)
  }
  const adds = (flags & ADDS) !== 0
  storeRow<f32>(load<u32>(frame, 24), s00, s01, adds)
  storeRow<f32>(load<u32>(frame, 28), s10, s11, adds)
  storeRow<f32>(load<u32>(frame, 32), s20, s21, adds)
  storeRow<f32>(load<u32>(frame, 36), s30, s31, adds)
  storeRow<f32>(load<u32>(frame, 40), s40, s41, adds)
  storeRow<f32>(load<u32>(frame, 44), s50, s51, adds)
}

/** As {@link tallTile}, of a left factor that is packed as `[k][6]` where the first row is. */
export function packedTallTile(frame: usize, b: usize, depth: i32, flags: i32): void {
  let s00 = f32x4.splat(0)
  let s01 = s00
  let s10 = s00
  let s11 = s00
  let s20 = s00
  let s21 = s00
  let s30 = s00
  let s31 = s00
  let s40 = s00
  let s41 = s00
  let s50 = s00
  let s51 = s00
  let a = <usize>load<u32>(frame)
  const end = a + 24 * <usize>depth
  for (; a < end; a += 24) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    b += 32
    let x = v128.load32_splat(a)
    s00 = addProduct<f32>(s00, x, b0)
    s01 = addProduct<f32>(s01, x, b1)
    x = v128.load32_splat(a, 4)
    s10 = addProduct<f32>(s10, x, b0)
    s11 = addProduct<f32>(s11, x, b1)
    x = v128.load32_splat(a, 8)
    s20 = addProduct<f32>(s20, x, b0)
    s21 = addProduct<f32>(s21, x, b1)
    x = v128.load32_splat(a, 12)
    s30 = addProduct<f32>(s30, x, b0)
    s31 = addProduct<f32>(s31, x, b1)
    x = v128.load32_splat(a, 16)
    s40 = addProduct<f32>(s40, x, b0)
    s41 = addProduct<f32>(s41, x, b1)
    x = v128.load32_splat(a, 20)
    s50 = addProduct<f32>(s50, x, b0)
    s51 = addProduct<f32>(s51, x, b1)
  }
  const adds = (flags & ADDS) !== 0
  storeRow<f32>(load<u32>(frame, 24), s00, s01, adds)
  storeRow<f32>(load<u32>(frame, 28), s10, s11, adds)
  storeRow<f32>(load<u32>(frame, 32), s20, s21, adds)
  storeRow<f32>(load<u32>(frame, 36), s30, s31, adds)
  storeRow<f32>(load<u32>(frame, 40), s40, s41, adds)
  storeRow<f32>(load<u32>(frame, 44), s50, s51, adds)
}
