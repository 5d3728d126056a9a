import { Unary } from '../src/engine/elementwise-function'
import {
  choose,
  copySign4,
  erf4,
  exp4,
  expm1_4,
  log1p_4,
  log4,
  sigmoid4,
  softplus4,
  splat,
  tanh4,
} from './math'
import { cos4, sin4, tan4 } from './trigonometry'

/** A transcendental function of vectors; see `Unary`. */
export function transcendental(fn: i32, out: usize, x: usize, bytes: usize): void {
  let i: usize = 0
  switch (fn) {
    case Unary.exp:
      for (; i < bytes; i += 16) v128.store(out + i, exp4(v128.load(x + i)))
      break
    case Unary.expm1:
      for (; i < bytes; i += 16) v128.store(out + i, expm1_4(v128.load(x + i)))
      break
    case Unary.log:
      for (; i < bytes; i += 16) v128.store(out + i, log4(v128.load(x + i)))
      break
    case Unary.log1p:
      for (; i < bytes; i += 16) v128.store(out + i, log1p_4(v128.load(x + i)))
      break
    case Unary.elu:
      for (; i < bytes; i += 16) v128.store(out + i, elu4(v128.load(x + i)))
      break
    case Unary.selu:
      for (; i < bytes; i += 16) v128.store(out + i, selu4(v128.load(x + i)))
      break
    case Unary.sigmoid:
      for (; i < bytes; i += 16) v128.store(out + i, sigmoid4(v128.load(x + i)))
      break
    case Unary.softplus:
      for (; i < bytes; i += 16) v128.store(out + i, softplus4(v128.load(x + i)))
      break
    case Unary.tanh:
      for (; i < bytes; i += 16) v128.store(out + i, tanh4(v128.load(x + i)))
      break
    case Unary.sin:
      for (; i < bytes; i += 16) v128.store(out + i, sin4(v128.load(x + i)))
      break
    case Unary.cos:
      for (; i < bytes; i += 16) v128.store(out + i, cos4(v128.load(x + i)))
      break
    case Unary.tan:
      for (; i < bytes; i += 16) v128.store(out + i, tan4(v128.load(x + i)))
      break
    case Unary.erf:
      for (; i < bytes; i += 16) v128.store(out + i, erf4(v128.load(x + i)))
      break
    case Unary.sinh:
      for (; i < bytes; i += 16) v128.store(out + i, sinh4(v128.load(x + i)))
      break
    case Unary.cosh:
      for (; i < bytes; i += 16) v128.store(out + i, cosh4(v128.load(x + i)))
      break
    case Unary.asinh:
      for (; i < bytes; i += 16) v128.store(out + i, asinh4(v128.load(x + i)))
      break
    case Unary.acosh:
      for (; i < bytes; i += 16) v128.store(out + i, acosh4(v128.load(x + i)))
      break
    case Unary.atanh:
      for (; i < bytes; i += 16) v128.store(out + i, atanh4(v128.load(x + i)))
      break
    case Unary.asin:
      for (; i < bytes; i += 4) store<f32>(out + i, Mathf.asin(load<f32>(x + i)))
      break
    case Unary.acos:
      for (; i < bytes; i += 4) store<f32>(out + i, Mathf.acos(load<f32>(x + i)))
      break
    case Unary.atan:
      for (; i < bytes; i += 4) store<f32>(out + i, Mathf.atan(load<f32>(x + i)))
      break
    default:
      unreachable()
  }
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function elu4(x: v128): v128 {
  return choose(f32x4.lt(x, splat(0)), expm1_4(x), x)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function selu4(x: v128): v128 {
  const below = f32x4.mul(expm1_4(x), splat(1.7580993408473768))
  return choose(f32x4.lt(x, splat(0)), below, f32x4.mul(x, splat(1.0507009873554805)))
}

/** `e^(|x| / 2)`: its square does not overflow before the results do. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function halfway(size: v128): v128 {
  return exp4(f32x4.mul(size, splat(0.5)))
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function sinh4(x: v128): v128 {
  const size = f32x4.abs(x)
  const e = expm1_4(size)
  const near = f32x4.mul(f32x4.add(e, f32x4.div(e, f32x4.add(e, splat(1)))), splat(0.5))
  const root = halfway(size)
  const far = f32x4.mul(f32x4.mul(root, splat(0.5)), root)
  return copySign4(choose(f32x4.lt(size, splat(20)), near, far), x)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function cosh4(x: v128): v128 {
  const size = f32x4.abs(x)
  const e = exp4(size)
  const near = f32x4.mul(f32x4.add(e, f32x4.div(splat(1), e)), splat(0.5))
  const root = halfway(size)
  const far = f32x4.mul(f32x4.mul(root, splat(0.5)), root)
  return choose(f32x4.lt(size, splat(20)), near, far)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function asinh4(x: v128): v128 {
  const size = f32x4.abs(x)
  const square = f32x4.mul(x, x)
  const root = f32x4.add(f32x4.sqrt(f32x4.add(square, splat(1))), splat(1))
  const near = log1p_4(f32x4.add(size, f32x4.div(square, root)))
  const far = f32x4.add(log4(size), splat(0.69314718))
  return copySign4(choose(f32x4.lt(size, splat(1e6)), near, far), x)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function acosh4(x: v128): v128 {
  const above = f32x4.sub(x, splat(1))
  const root = f32x4.sqrt(f32x4.mul(above, f32x4.add(x, splat(1))))
  const near = log1p_4(f32x4.add(above, root))
  return choose(f32x4.lt(x, splat(1e6)), near, f32x4.add(log4(x), splat(0.69314718)))
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function atanh4(x: v128): v128 {
  const size = f32x4.abs(x)
  const quotient = f32x4.div(f32x4.add(size, size), f32x4.sub(splat(1), size))
  return copySign4(f32x4.mul(log1p_4(quotient), splat(0.5)), x)
}
