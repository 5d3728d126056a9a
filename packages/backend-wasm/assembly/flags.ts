// Bools are bytes of 0 or 1. Any other byte that is not 0 counts as 1.

import { Binary, Unary } from '../src/engine/elementwise-function'
import { splat } from './math'

/** Stores four bools for the lanes of a mask. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function storeFlags(to: usize, mask: v128): void {
  const flags = v128.and(mask, i32x4.splat(1))
  const bytes = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_u(flags, flags), flags)
  v128.store32_lane(to, bytes, 0)
}

/** Sixteen bools as 0 or 1. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function flags(from: usize): v128 {
  return v128.and(i8x16.ne(v128.load(from), i8x16.splat(0)), i8x16.splat(1))
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function not(flags: v128): v128 {
  return v128.xor(flags, i8x16.splat(1))
}

/** The bytes of four bools as lanes. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function fourFlags(from: usize): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(from)))
}

/** A function of vectors of bools, until `out` is at `end`; see `Binary`. */
export function binaryFlags(
  fn: i32,
  out: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  end: usize,
): void {
  switch (fn) {
    case Binary.and:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, v128.and(flags(a), flags(b)))
      }
      break
    case Binary.or:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, v128.or(flags(a), flags(b)))
      }
      break
    case Binary.equalFlags:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, not(v128.xor(flags(a), flags(b))))
      }
      break
    case Binary.notEqualFlags:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, v128.xor(flags(a), flags(b)))
      }
      break
    case Binary.lessFlags:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, v128.and(not(flags(a)), flags(b)))
      }
      break
    case Binary.lessEqualFlags:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, v128.or(not(flags(a)), flags(b)))
      }
      break
    case Binary.greaterFlags:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, v128.and(flags(a), not(flags(b))))
      }
      break
    case Binary.greaterEqualFlags:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, v128.or(flags(a), not(flags(b))))
      }
      break
    default:
      unreachable()
  }
}

/**
 * A function from or to bools of whole vectors, four or sixteen elements at a time; see `Unary`.
 */
export function unaryFlags(fn: i32, out: usize, x: usize, count: i32): void {
  switch (fn) {
    case Unary.isNaN:
      for (; count > 0; count -= 4, out += 4, x += 16) {
        storeFlags(out, f32x4.ne(v128.load(x), v128.load(x)))
      }
      break
    case Unary.isFinite:
      for (; count > 0; count -= 4, out += 4, x += 16) {
        storeFlags(out, f32x4.lt(f32x4.abs(v128.load(x)), splat(Infinity)))
      }
      break
    case Unary.isInfinite:
      for (; count > 0; count -= 4, out += 4, x += 16) {
        storeFlags(out, f32x4.eq(f32x4.abs(v128.load(x)), splat(Infinity)))
      }
      break
    case Unary.isNotZero:
      for (; count > 0; count -= 4, out += 4, x += 16) {
        storeFlags(out, f32x4.ne(v128.load(x), splat(0)))
      }
      break
    case Unary.isNotZeroInt:
      for (; count > 0; count -= 4, out += 4, x += 16) {
        storeFlags(out, i32x4.ne(v128.load(x), i32x4.splat(0)))
      }
      break
    case Unary.flagToFloat:
      for (; count > 0; count -= 4, out += 16, x += 4) {
        v128.store(out, f32x4.convert_i32x4_s(fourFlags(x)))
      }
      break
    case Unary.flagToInt:
      for (; count > 0; count -= 4, out += 16, x += 4) v128.store(out, fourFlags(x))
      break
    case Unary.not:
      for (; count > 0; count -= 16, out += 16, x += 16) v128.store(out, not(flags(x)))
      break
    case Unary.copyFlags:
      for (; count > 0; count -= 16, out += 16, x += 16) v128.store(out, flags(x))
      break
    default:
      unreachable()
  }
}
