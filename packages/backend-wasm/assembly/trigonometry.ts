// Sine, cosine and tangent of four float32 at a time: reduced to [-pi/4, pi/4] in float64, then Cephes'
// polynomials.

import { choose, mulAdd, splat } from './math'

// @ts-ignore: decorators are AssemblyScript's
@inline
function quarterTurns(x: v128): v128 {
  return f64x2.nearest(f64x2.mul(x, f64x2.splat(6.36619772367581382433e-1)))
}

/** What is left of two float64 after `n` quarter turns; pi/2 is the sum of two numbers. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function rest(x: v128, n: v128): v128 {
  const high = f64x2.mul(n, f64x2.splat(1.57079631090164184570))
  return f64x2.sub(f64x2.sub(x, high), f64x2.mul(n, f64x2.splat(1.58932547735281966916e-8)))
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function upper(x: v128): v128 {
  return i64x2.shuffle(x, x, 1, 0)
}

/** Puts the lower halves of two vectors into one. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function join(low: v128, high: v128): v128 {
  return i64x2.shuffle(low, high, 0, 2)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function sinePolynomial(r: v128): v128 {
  const square = f32x4.mul(r, r)
  let p = mulAdd(splat(-1.9515295891e-4), square, splat(8.3321608736e-3))
  p = mulAdd(p, square, splat(-1.6666654611e-1))
  return mulAdd(f32x4.mul(p, square), r, r)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function cosinePolynomial(r: v128): v128 {
  const square = f32x4.mul(r, r)
  let p = mulAdd(splat(2.443315711809948e-5), square, splat(-1.388731625493765e-3))
  p = mulAdd(p, square, splat(4.166664568298827e-2))
  const bend = f32x4.sub(splat(1), f32x4.mul(square, splat(0.5)))
  return mulAdd(f32x4.mul(p, square), square, bend)
}

/** The sine, or the cosine for `ahead` of 1, or the tangent for 2. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function circular(x: v128, ahead: i32): v128 {
  const low = f64x2.promote_low_f32x4(x)
  const high = f64x2.promote_low_f32x4(upper(x))
  const lowTurns = quarterTurns(low)
  const highTurns = quarterTurns(high)
  const turns = join(
    i32x4.trunc_sat_f64x2_s_zero(lowTurns),
    i32x4.trunc_sat_f64x2_s_zero(highTurns),
  )
  const r = join(
    f32x4.demote_f64x2_zero(rest(low, lowTurns)),
    f32x4.demote_f64x2_zero(rest(high, highTurns)),
  )
  const sine = sinePolynomial(r)
  const cosine = cosinePolynomial(r)
  const isOdd = i32x4.ne(v128.and(turns, i32x4.splat(1)), i32x4.splat(0))
  if (ahead === 2) {
    const quotient = f32x4.div(choose(isOdd, cosine, sine), choose(isOdd, sine, cosine))
    const tangent = v128.xor(quotient, v128.and(isOdd, i32x4.splat(0x80000000)))
    return choose(f32x4.eq(x, splat(0)), x, tangent)
  }
  const k = i32x4.add(turns, i32x4.splat(ahead))
  const size = ahead === 0 ? choose(isOdd, cosine, sine) : choose(isOdd, sine, cosine)
  const y = v128.xor(size, i32x4.shl(v128.and(k, i32x4.splat(2)), 30))
  return ahead === 0 ? choose(f32x4.eq(x, splat(0)), x, y) : y
}

/** The sine; right for magnitudes up to 4e8. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function sin4(x: v128): v128 {
  return circular(x, 0)
}

/** The cosine; right for magnitudes up to 4e8. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function cos4(x: v128): v128 {
  return circular(x, 1)
}

/** The tangent; right for magnitudes up to 4e8. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function tan4(x: v128): v128 {
  return circular(x, 2)
}
