import { Binary } from '../src/engine/elementwise-function'

/** An int32 function of vectors, until `out` is at `end`; see `Binary`. */
export function intVectors(
  fn: i32,
  out: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  end: usize,
): void {
  switch (fn) {
    case Binary.addInt:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, i32x4.add(v128.load(a), v128.load(b)))
      }
      break
    case Binary.subtractInt:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, i32x4.sub(v128.load(a), v128.load(b)))
      }
      break
    case Binary.multiplyInt:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, i32x4.mul(v128.load(a), v128.load(b)))
      }
      break
    case Binary.maximumInt:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, i32x4.max_s(v128.load(a), v128.load(b)))
      }
      break
    case Binary.minimumInt:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, i32x4.min_s(v128.load(a), v128.load(b)))
      }
      break
    case Binary.squaredDifferenceInt:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, squared(i32x4.sub(v128.load(a), v128.load(b))))
      }
      break
    case Binary.floorDivideInt:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        for (let i: usize = 0; i < 16; i += 4) {
          store<i32>(out + i, quotient(load<i32>(a + i), load<i32>(b + i)))
        }
      }
      break
    case Binary.moduloInt:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        for (let i: usize = 0; i < 16; i += 4) {
          store<i32>(out + i, modulo(load<i32>(a + i), load<i32>(b + i)))
        }
      }
      break
    default:
      unreachable()
  }
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function squared(x: v128): v128 {
  return i32x4.mul(x, x)
}

/** The quotient rounded down; 0 for a divisor of 0, as a float that is no number becomes. */
function quotient(a: i32, b: i32): i32 {
  if (b === 0) return 0
  if (b === -1) return -a
  const towardZero = a / b
  const isAbove = a % b !== 0 && a < 0 !== b < 0
  return isAbove ? towardZero - 1 : towardZero
}

/** The remainder with the sign of `b`; 0 for a divisor of 0. */
function modulo(a: i32, b: i32): i32 {
  if (b === 0 || b === -1) return 0
  const rest = a % b
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest
}
