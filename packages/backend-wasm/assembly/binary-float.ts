import { Binary } from '../src/engine/elementwise-function'
import { choose, splat } from './math'
import { pow4 } from './power'

/** A float32 function of vectors, until `out` is at `end`; see `Binary`. */
export function floatVectors(
  fn: i32,
  out: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  end: usize,
): void {
  switch (fn) {
    case Binary.add:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, f32x4.add(v128.load(a), v128.load(b)))
      }
      break
    case Binary.subtract:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, f32x4.sub(v128.load(a), v128.load(b)))
      }
      break
    case Binary.multiply:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, f32x4.mul(v128.load(a), v128.load(b)))
      }
      break
    case Binary.divide:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, f32x4.div(v128.load(a), v128.load(b)))
      }
      break
    case Binary.maximum:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, f32x4.max(v128.load(a), v128.load(b)))
      }
      break
    case Binary.minimum:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, f32x4.min(v128.load(a), v128.load(b)))
      }
      break
    case Binary.squaredDifference:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, squared(f32x4.sub(v128.load(a), v128.load(b))))
      }
      break
    case Binary.prelu:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, prelu4(v128.load(a), v128.load(b)))
      }
      break
    case Binary.eluGradient:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, eluGradient4(v128.load(a), v128.load(b)))
      }
      break
    case Binary.floorDivide:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, f32x4.floor(f32x4.div(v128.load(a), v128.load(b))))
      }
      break
    case Binary.power:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, pow4(v128.load(a), v128.load(b)))
      }
      break
    case Binary.modulo:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        for (let i: usize = 0; i < 16; i += 4) {
          store<f32>(out + i, modulo(load<f32>(a + i), load<f32>(b + i)))
        }
      }
      break
    case Binary.atan2:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        for (let i: usize = 0; i < 16; i += 4) {
          store<f32>(out + i, Mathf.atan2(load<f32>(a + i), load<f32>(b + i)))
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
  return f32x4.mul(x, x)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function prelu4(x: v128, slope: v128): v128 {
  return choose(f32x4.lt(x, splat(0)), f32x4.mul(x, slope), x)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function eluGradient4(dy: v128, y: v128): v128 {
  const isAbove = f32x4.ge(y, splat(0))
  return f32x4.mul(dy, choose(isAbove, splat(1), f32x4.add(y, splat(1))))
}

/** The remainder with the sign of `b`, as tfjs computes it. */
function modulo(a: f32, b: f32): f32 {
  const rest = a % b
  const isSameSide = a < 0 ? b < 0 : b >= 0
  return isSameSide || isNaN(rest) ? rest : (rest + b) % b
}
