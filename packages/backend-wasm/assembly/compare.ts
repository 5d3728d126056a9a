import { Binary } from '../src/engine/elementwise-function'
import { storeFlags } from './flags'

/** A comparison of vectors of float32 to bools, until `out` is at `end`; see `Binary`. */
export function compareFloats(
  fn: i32,
  out: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  end: usize,
): void {
  switch (fn) {
    case Binary.equal:
      for (; out < end; out += 4, a += aStep, b += bStep) {
        storeFlags(out, f32x4.eq(v128.load(a), v128.load(b)))
      }
      break
    case Binary.notEqual:
      for (; out < end; out += 4, a += aStep, b += bStep) {
        storeFlags(out, f32x4.ne(v128.load(a), v128.load(b)))
      }
      break
    case Binary.less:
      for (; out < end; out += 4, a += aStep, b += bStep) {
        storeFlags(out, f32x4.lt(v128.load(a), v128.load(b)))
      }
      break
    case Binary.lessEqual:
      for (; out < end; out += 4, a += aStep, b += bStep) {
        storeFlags(out, f32x4.le(v128.load(a), v128.load(b)))
      }
      break
    case Binary.greater:
      for (; out < end; out += 4, a += aStep, b += bStep) {
        storeFlags(out, f32x4.gt(v128.load(a), v128.load(b)))
      }
      break
    case Binary.greaterEqual:
      for (; out < end; out += 4, a += aStep, b += bStep) {
        storeFlags(out, f32x4.ge(v128.load(a), v128.load(b)))
      }
      break
    default:
      unreachable()
  }
}

/** A comparison of vectors of int32 to bools, until `out` is at `end`; see `Binary`. */
export function compareInts(
  fn: i32,
  out: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  end: usize,
): void {
  switch (fn) {
    case Binary.equalInt:
      for (; out < end; out += 4, a += aStep, b += bStep) {
        storeFlags(out, i32x4.eq(v128.load(a), v128.load(b)))
      }
      break
    case Binary.notEqualInt:
      for (; out < end; out += 4, a += aStep, b += bStep) {
        storeFlags(out, i32x4.ne(v128.load(a), v128.load(b)))
      }
      break
    case Binary.lessInt:
      for (; out < end; out += 4, a += aStep, b += bStep) {
        storeFlags(out, i32x4.lt_s(v128.load(a), v128.load(b)))
      }
      break
    case Binary.lessEqualInt:
      for (; out < end; out += 4, a += aStep, b += bStep) {
        storeFlags(out, i32x4.le_s(v128.load(a), v128.load(b)))
      }
      break
    case Binary.greaterInt:
      for (; out < end; out += 4, a += aStep, b += bStep) {
        storeFlags(out, i32x4.gt_s(v128.load(a), v128.load(b)))
      }
      break
    case Binary.greaterEqualInt:
      for (; out < end; out += 4, a += aStep, b += bStep) {
        storeFlags(out, i32x4.ge_s(v128.load(a), v128.load(b)))
      }
      break
    default:
      unreachable()
  }
}
