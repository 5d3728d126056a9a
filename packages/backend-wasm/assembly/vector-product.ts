// Products with a single row or a single column, where tiles of 4 by 8 would be mostly empty.

import { activated, ACTIVATION_SHIFT, ADDS, addProduct, HAS_BIAS } from './tile'

/** Columns of a strip, and its bytes. */
const STRIP: i32 = 32
const STRIP_BYTES: usize = 128

/**
 * One row times a matrix whose rows lie `step` bytes apart, 32 columns at a time: the sums of a tile, in
 * the same order. @returns how many columns it wrote
 */
export function rowStrips<T>(
  a: usize,
  b: usize,
  step: usize,
  depth: i32,
  columns: i32,
  c: usize,
  flags: i32,
  bias: usize,
  slope: f32,
): i32 {
  const end = a + (<usize>depth << 2)
  const strips = columns / STRIP
  for (let strip = 0; strip < strips; strip++) {
    let s0 = i32x4.splat(0)
    let s1 = s0
    let s2 = s0
    let s3 = s0
    let s4 = s0
    let s5 = s0
    let s6 = s0
    let s7 = s0
    let row = b
    for (let k = a; k < end; k += 4) {
      const x = v128.load32_splat(k)
      s0 = addProduct<T>(s0, x, v128.load(row))
      s1 = addProduct<T>(s1, x, v128.load(row, 16))
      s2 = addProduct<T>(s2, x, v128.load(row, 32))
      s3 = addProduct<T>(s3, x, v128.load(row, 48))
      s4 = addProduct<T>(s4, x, v128.load(row, 64))
      s5 = addProduct<T>(s5, x, v128.load(row, 80))
      s6 = addProduct<T>(s6, x, v128.load(row, 96))
      s7 = addProduct<T>(s7, x, v128.load(row, 112))
      row += step
    }
    write<T>(c, s0, flags, bias, slope)
    write<T>(c + 16, s1, flags, bias + 16, slope)
    write<T>(c + 32, s2, flags, bias + 32, slope)
    write<T>(c + 48, s3, flags, bias + 48, slope)
    write<T>(c + 64, s4, flags, bias + 64, slope)
    write<T>(c + 80, s5, flags, bias + 80, slope)
    write<T>(c + 96, s6, flags, bias + 96, slope)
    write<T>(c + 112, s7, flags, bias + 112, slope)
    b += STRIP_BYTES
    c += STRIP_BYTES
    bias += STRIP_BYTES
  }
  return strips * STRIP
}

function write<T>(c: usize, sum: v128, flags: i32, bias: usize, slope: f32): void {
  if ((flags & ADDS) !== 0) sum = v128.add<T>(v128.load(c), sum)
  v128.store(c, finished(sum, (flags & HAS_BIAS) !== 0 ? v128.load(bias) : zero(), flags, slope))
}

/**
 * Rows that lie `step` bytes apart, times one column; 16 products at a time, so that a row's sum does not depend
 * on other rows.
 */
export function columnProducts<T>(
  a: usize,
  step: usize,
  b: usize,
  depth: i32,
  rows: i32,
  c: usize,
  flags: i32,
  bias: usize,
  slope: f32,
): void {
  const added = (flags & HAS_BIAS) !== 0 ? v128.load32_splat(bias) : zero()
  const bytes = <usize>depth << 2
  for (let row = 0; row < rows; row++) {
    let s0 = i32x4.splat(0)
    let s1 = s0
    let s2 = s0
    let s3 = s0
    let k: usize = 0
    for (; k + 64 <= bytes; k += 64) {
      s0 = addProduct<T>(s0, v128.load(a + k), v128.load(b + k))
      s1 = addProduct<T>(s1, v128.load(a + k, 16), v128.load(b + k, 16))
      s2 = addProduct<T>(s2, v128.load(a + k, 32), v128.load(b + k, 32))
      s3 = addProduct<T>(s3, v128.load(a + k, 48), v128.load(b + k, 48))
    }
    let sum = v128.add<T>(v128.add<T>(s0, s1), v128.add<T>(s2, s3))
    for (; k < bytes; k += 4) {
      sum = addProduct<T>(sum, v128.load32_zero(a + k), v128.load32_zero(b + k))
    }
    sum = v128.add<T>(sum, i32x4.shuffle(sum, sum, 2, 3, 0, 1))
    sum = v128.add<T>(sum, i32x4.shuffle(sum, sum, 1, 0, 3, 2))
    if ((flags & ADDS) !== 0) sum = v128.add<T>(v128.load32_zero(c), sum)
    v128.store32_lane(c, finished(sum, added, flags, slope), 0)
    a += step
    c += 4
  }
}

/** What adds nothing. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function zero(): v128 {
  return f32x4.splat(-0)
}

/** A sum with its bias, activated; sums of integers have neither. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function finished(sum: v128, bias: v128, flags: i32, slope: f32): v128 {
  if (flags <= ADDS) return sum
  return activated(f32x4.add(sum, bias), flags >> ACTIVATION_SHIFT, slope)
}
