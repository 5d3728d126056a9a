// Powers of four float32 at a time, by way of float64.

import { choose, splat } from './math'

// @ts-ignore: decorators are AssemblyScript's
@inline
function term(p: v128, x: v128, coefficient: f64): v128 {
  return f64x2.add(f64x2.mul(p, x), f64x2.splat(coefficient))
}

/** The binary logarithm of two positive float64, within 1e-12 of it relatively. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function log2(x: v128): v128 {
  const bits = i64x2.add(x, i64x2.splat(0x3ff0000000000000 - 0x3fe6a09e667f3bcd))
  const exponent = i64x2.sub(i64x2.shr_s(bits, 52), i64x2.splat(1023))
  const whole = f64x2.convert_low_i32x4_s(i32x4.shuffle(exponent, exponent, 0, 2, 1, 3))
  const mantissa = v128.and(bits, i64x2.splat(0xfffffffffffff))
  const m = i64x2.add(mantissa, i64x2.splat(0x3fe6a09e667f3bcd))
  const one = f64x2.splat(1)
  const s = f64x2.div(f64x2.sub(m, one), f64x2.add(m, one))
  const square = f64x2.mul(s, s)
  let p = term(f64x2.splat(1.0 / 15), square, 1.0 / 13)
  p = term(p, square, 1.0 / 11)
  p = term(p, square, 1.0 / 9)
  p = term(p, square, 1.0 / 7)
  p = term(p, square, 1.0 / 5)
  p = term(p, square, 1.0 / 3)
  p = term(p, square, 1)
  return f64x2.add(f64x2.mul(f64x2.mul(p, s), f64x2.splat(2 * 1.4426950408889634)), whole)
}

/** `2^x` of two float64 from -1000 to 1000, within 1e-10 of it relatively. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function exp2(x: v128): v128 {
  const n = f64x2.nearest(x)
  const r = f64x2.mul(f64x2.sub(x, n), f64x2.splat(0.6931471805599453))
  let p = term(f64x2.splat(1.0 / 40320), r, 1.0 / 5040)
  p = term(p, r, 1.0 / 720)
  p = term(p, r, 1.0 / 120)
  p = term(p, r, 1.0 / 24)
  p = term(p, r, 1.0 / 6)
  p = term(p, r, 0.5)
  p = term(p, r, 1)
  p = term(p, r, 1)
  const k = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(n))
  return f64x2.mul(p, i64x2.shl(i64x2.add(k, i64x2.splat(1023)), 52))
}

/** `x^y` of two positive finite float32, in float64, in the lower half of a vector of float32. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function powerOf2(x: v128, y: v128): v128 {
  const product = f64x2.mul(log2(f64x2.promote_low_f32x4(x)), f64x2.promote_low_f32x4(y))
  const bounded = f64x2.max(f64x2.min(product, f64x2.splat(300)), f64x2.splat(-300))
  return f32x4.demote_f64x2_zero(exp2(bounded))
}

/** `x^y` with the special cases of C's `pow`: 1 for `x` of 1 or `y` of 0, also beside NaN. */
export function pow4(x: v128, y: v128): v128 {
  const zero = splat(0)
  const one = splat(1)
  const infinity = splat(Infinity)
  const size = f32x4.abs(x)
  const low = powerOf2(size, y)
  const high = powerOf2(i64x2.shuffle(size, size, 1, 0), i64x2.shuffle(y, y, 1, 0))
  let result = i64x2.shuffle(low, high, 0, 2)

  // 0 and infinity to a power are 0 or infinity; so are other bases to an infinite power
  const grows = v128.xor(f32x4.gt(size, one), f32x4.lt(y, zero))
  const edge = choose(grows, infinity, zero)
  const isEdge = v128.or(
    v128.or(f32x4.eq(size, zero), f32x4.eq(size, infinity)),
    f32x4.eq(f32x4.abs(y), infinity),
  )
  result = choose(isEdge, edge, result)

  // a negative base, -0 too, needs a whole power, and keeps its sign to an odd one
  const isWhole = f32x4.eq(f32x4.trunc(y), y)
  const half = f32x4.mul(y, splat(0.5))
  const isOdd = v128.andnot(isWhole, f32x4.eq(f32x4.trunc(half), half))
  result = v128.xor(result, v128.and(v128.and(isOdd, x), i32x4.splat(0x80000000)))
  const isNegative = v128.and(f32x4.lt(x, zero), f32x4.gt(x, f32x4.neg(infinity)))
  result = choose(v128.andnot(isNegative, isWhole), splat(NaN), result)

  const isNaN = v128.or(f32x4.ne(x, x), f32x4.ne(y, y))
  result = choose(isNaN, f32x4.add(x, y), result)
  const isOne = v128.or(
    v128.or(f32x4.eq(x, one), f32x4.eq(y, zero)),
    v128.and(f32x4.eq(x, splat(-1)), f32x4.eq(f32x4.abs(y), infinity)),
  )
  return choose(isOne, one, result)
}
