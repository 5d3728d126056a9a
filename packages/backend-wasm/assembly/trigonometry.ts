// Sine, cosine and tangent of four float32 at a time: reduced to [-pi/4, pi/4] in float64, then
// Cephes' polynomials.

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

/** Magnitudes from which quarter turns are too many for the two numbers of pi/2. */
const FAR: f32 = 268435456

/** Two float32 as float64, less whole turns if they are far from 0. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function promoted(x: v128): v128 {
  const plain = f64x2.promote_low_f32x4(x)
  const isFar = f64x2.gt(f64x2.abs(plain), f64x2.splat(<f64>FAR))
  if (!v128.any_true(isFar)) return plain
  const first = withoutTurns(f32x4.extract_lane(x, 0))
  return f64x2.replace_lane(f64x2.splat(first), 1, withoutTurns(f32x4.extract_lane(x, 1)))
}

/**
 * The angle between -pi and pi that is whole turns from `x`, after Payne and Hanek: of 1 / 2 pi
 * only those bits count that make no whole turn of the lowest bit of `x`.
 */
function withoutTurns(x: f32): f64 {
  if (!(abs(x) > FAR)) return <f64>x
  const bits = reinterpret<u32>(x)
  const exponent = <i32>((bits >> 23) & 255) - 150
  if (exponent > 104) return NaN
  const word = exponent >> 5
  const shift = <u64>(exponent & 31)
  const high = (turnBits(word) << 32) | turnBits(word + 1)
  const window = (high << shift) | ((turnBits(word + 2) << shift) >> 32)
  const turns = <f64>(<i64>(<u64>((bits & 0x7fffff) | 0x800000) * window))
  const angle = turns * (6.283185307179586 / 18446744073709551616.0)
  return x < 0 ? -angle : angle
}

/** 32 bits of 1 / 2 pi. */
function turnBits(word: i32): u64 {
  switch (word) {
    case 0:
      return 0x28be60db
    case 1:
      return 0x9391054a
    case 2:
      return 0x7f09d5f4
    case 3:
      return 0x7d4d3770
    case 4:
      return 0x36d8a566
    default:
      return 0x4f10e410
  }
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
  const low = promoted(x)
  const high = promoted(upper(x))
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

// @ts-ignore: decorators are AssemblyScript's
@inline
export function sin4(x: v128): v128 {
  return circular(x, 0)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
export function cos4(x: v128): v128 {
  return circular(x, 1)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
export function tan4(x: v128): v128 {
  return circular(x, 2)
}
