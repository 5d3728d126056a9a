// The innermost loop of all products: 4 rows by 8 columns of sums in registers. It is not unrolled:
// V8 has 15 vector registers, and more sums or more steps at once spill (measured: 40 % slower).

/** Adds to what the output holds. */
export const ADDS: i32 = 1
/** Adds a value per column at the end. */
export const HAS_BIAS: i32 = 2
/** The activation is the number above these bits: 0 none, 1 relu, 2 relu6, 3 leaky relu. */
export const ACTIVATION_SHIFT: i32 = 2

/**
 * A tile of sums; a frame has the addresses of 4 rows of `a`, then those of 4 rows of the output. Sums are over `a[row][piece.offset + k] * b[k]`, k through all pieces in order. `pieces`
 * are pairs of words: where a run of `a` begins and where it ends, in bytes from the row. `aStep`
 * and `bStep` are the bytes from one k to the next. `bias` is 8 values.
 */
export function tile<T>(
  frame: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  pieces: usize,
  count: i32,
  flags: i32,
  bias: usize,
  slope: f32,
): void {
  const a0 = <usize>load<u32>(frame)
  const a1 = <usize>load<u32>(frame, 4)
  const a2 = <usize>load<u32>(frame, 8)
  const a3 = <usize>load<u32>(frame, 12)
  let s00 = i32x4.splat(0)
  let s01 = s00
  let s10 = s00
  let s11 = s00
  let s20 = s00
  let s21 = s00
  let s30 = s00
  let s31 = s00
  for (let piece = 0; piece < count; piece++) {
    let k = <usize>load<u32>(pieces)
    const end = <usize>load<u32>(pieces, 4)
    pieces += 8
    while (k < end) {
      const b0 = v128.load(b)
      const b1 = v128.load(b, 16)
      b += bStep
      let x = v128.load32_splat(a0 + k)
      s00 = addProduct<T>(s00, x, b0)
      s01 = addProduct<T>(s01, x, b1)
      x = v128.load32_splat(a1 + k)
      s10 = addProduct<T>(s10, x, b0)
      s11 = addProduct<T>(s11, x, b1)
      x = v128.load32_splat(a2 + k)
      s20 = addProduct<T>(s20, x, b0)
      s21 = addProduct<T>(s21, x, b1)
      x = v128.load32_splat(a3 + k)
      s30 = addProduct<T>(s30, x, b0)
      s31 = addProduct<T>(s31, x, b1)
      k += aStep
    }
  }
  const adds = (flags & ADDS) !== 0
  storeRow<T>(load<u32>(frame, 16), s00, s01, adds)
  storeRow<T>(load<u32>(frame, 20), s10, s11, adds)
  storeRow<T>(load<u32>(frame, 24), s20, s21, adds)
  storeRow<T>(load<u32>(frame, 28), s30, s31, adds)
  if (flags > ADDS) finishRows(frame + 16, 4, flags, bias, slope)
}

/**
 * `sum + a * b`: rounded once in the build with relaxed SIMD where the processor can, else twice.
 */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function addProduct<T>(sum: v128, a: v128, b: v128): v128 {
  // @ts-ignore: a constant of the compiler
  if (ASC_FEATURE_RELAXED_SIMD && isFloat<T>()) return f32x4.relaxed_madd(a, b, sum)
  return v128.add<T>(sum, v128.mul<T>(a, b))
}

/**
 * Writes a row of sums. In two branches on purpose: a sum that is either itself or more lives in a register of
 * its own, and with as many as there are V8 spills in the loop before (measured: half as fast).
 */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function storeRow<T>(c: usize, s0: v128, s1: v128, adds: bool): void {
  if (adds) {
    const sum0 = v128.add<T>(v128.load(c), s0)
    const sum1 = v128.add<T>(v128.load(c, 16), s1)
    v128.store(c, sum0)
    v128.store(c, sum1, 16)
  } else {
    v128.store(c, s0)
    v128.store(c, s1, 16)
  }
}

/** Adds the bias to the rows of a tile, whose addresses lie at `outputs`, and activates them. NaN stays NaN. */
export function finishRows(
  outputs: usize,
  rows: i32,
  flags: i32,
  bias: usize,
  slope: f32,
): void {
  const has = (flags & HAS_BIAS) !== 0
  const bias0 = has ? v128.load(bias) : f32x4.splat(-0)
  const bias1 = has ? v128.load(bias, 16) : f32x4.splat(-0)
  const activation = flags >> ACTIVATION_SHIFT
  for (let row = 0; row < rows; row++) {
    const c = <usize>load<u32>(outputs + (<usize>row << 2))
    v128.store(c, activated(f32x4.add(v128.load(c), bias0), activation, slope))
    v128.store(c, activated(f32x4.add(v128.load(c, 16), bias1), activation, slope), 16)
  }
}

/** A vector of sums activated; NaN stays NaN. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function activated(x: v128, activation: i32, slope: f32): v128 {
  const zero = f32x4.splat(0)
  if (activation === 1) return f32x4.pmax(x, zero)
  if (activation === 2) return f32x4.pmin(f32x4.pmax(x, zero), f32x4.splat(6))
  if (activation === 3) {
    return v128.bitselect(f32x4.mul(x, f32x4.splat(slope)), x, f32x4.lt(x, zero))
  }
  return x
}

/**
 * Copies the first `rows` rows and `columns` columns of a tile, whose rows lie `step` bytes apart.
 */
export function copyTile(
  from: usize,
  fromStep: usize,
  to: usize,
  toStep: usize,
  rows: i32,
  columns: i32,
): void {
  for (let row = 0; row < rows; row++) {
    for (let column: usize = 0; column < <usize>columns << 2; column += 4) {
      store<u32>(to + column, load<u32>(from + column))
    }
    from += fromStep
    to += toStep
  }
}
