import { Unary } from '../src/engine/elementwise-function'
import { address, float, integer } from './arguments'
import { unaryFlags } from './flags'
import { choose, rsqrt4, splat } from './math'
import { transcendental } from './transcendental'
import { copyBytes, share, spare } from './vectors'

/** Bytes of an operand's element. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function operandBytes(fn: i32): usize {
  return fn < Unary.flagToFloat ? 4 : 1
}

/** Bytes of a result's element. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function resultBytes(fn: i32): usize {
  return fn < Unary.isNaN || (fn >= Unary.flagToFloat && fn < Unary.not) ? 4 : 1
}

/** `unary`: writes out, reads x; function, elements, elements per task; p, q. */
export function unaryTask(args: usize, task: i32): void {
  const fn = integer(args, 2)
  const perTask = integer(args, 4)
  const start = <usize>(task * perTask)
  const count = share(integer(args, 3), perTask, task)
  const out = address(args, 0) + start * resultBytes(fn)
  const x = address(args, 1) + start * operandBytes(fn)
  unary(fn, out, x, count, float(args, 5), float(args, 6))
}

/**
 * A function of `count` elements. `out` may be `x` if their elements are as wide. An element's bits
 * do not depend on its place.
 */
export function unary(fn: i32, out: usize, x: usize, count: i32, p: f32, q: f32): void {
  const left = count & (fn < Unary.not ? 3 : 15)
  const whole = count - left
  unaryVectors(fn, out, x, whole, p, q)
  if (left === 0) return
  copyBytes(spare(0), x + <usize>whole * operandBytes(fn), <usize>left * operandBytes(fn))
  unaryVectors(fn, spare(1), spare(0), fn < Unary.not ? 4 : 16, p, q)
  copyBytes(out + <usize>whole * resultBytes(fn), spare(1), <usize>left * resultBytes(fn))
}

/** A whole number of vectors. */
function unaryVectors(fn: i32, out: usize, x: usize, count: i32, p: f32, q: f32): void {
  const bytes = (<usize>count) << 2
  if (fn < Unary.exp) plain(fn, out, x, bytes, splat(p), splat(q))
  else if (fn < Unary.absInt) transcendental(fn, out, x, bytes)
  else if (fn < Unary.isNaN) wholeNumbers(fn, out, x, bytes, <i32>p, <i32>q)
  else unaryFlags(fn, out, x, count)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function get(from: usize): v128 {
  return v128.load(from)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function put(to: usize, value: v128): void {
  v128.store(to, value)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function sign4(x: v128): v128 {
  const size = choose(f32x4.gt(f32x4.abs(x), splat(0)), splat(1), splat(0))
  const isNegative = v128.and(f32x4.lt(x, splat(0)), i32x4.splat(0x80000000))
  return v128.xor(size, isNegative)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function step4(x: v128, below: v128): v128 {
  const number = choose(f32x4.gt(x, splat(0)), splat(1), below)
  return choose(f32x4.eq(x, x), number, x)
}

function plain(fn: i32, out: usize, x: usize, bytes: usize, p: v128, q: v128): void {
  const zero = splat(0)
  const one = splat(1)
  let i: usize = 0
  switch (fn) {
    case Unary.copy:
      memory.copy(out, x, bytes)
      break
    case Unary.abs:
      for (; i < bytes; i += 16) put(out + i, f32x4.abs(get(x + i)))
      break
    case Unary.ceil:
      for (; i < bytes; i += 16) put(out + i, f32x4.ceil(get(x + i)))
      break
    case Unary.floor:
      for (; i < bytes; i += 16) put(out + i, f32x4.floor(get(x + i)))
      break
    case Unary.round:
      for (; i < bytes; i += 16) put(out + i, f32x4.nearest(get(x + i)))
      break
    case Unary.neg:
      for (; i < bytes; i += 16) put(out + i, f32x4.neg(get(x + i)))
      break
    case Unary.relu:
      for (; i < bytes; i += 16) put(out + i, f32x4.max(get(x + i), zero))
      break
    case Unary.relu6:
      for (; i < bytes; i += 16) put(out + i, f32x4.min(f32x4.max(get(x + i), zero), splat(6)))
      break
    case Unary.leakyRelu:
      for (; i < bytes; i += 16) {
        const value = get(x + i)
        put(out + i, choose(f32x4.lt(value, zero), f32x4.mul(value, p), value))
      }
      break
    case Unary.reciprocal:
      for (; i < bytes; i += 16) put(out + i, f32x4.div(one, get(x + i)))
      break
    case Unary.rsqrt:
      for (; i < bytes; i += 16) put(out + i, rsqrt4(get(x + i)))
      break
    case Unary.sqrt:
      for (; i < bytes; i += 16) put(out + i, f32x4.sqrt(get(x + i)))
      break
    case Unary.square:
      for (; i < bytes; i += 16) put(out + i, f32x4.mul(get(x + i), get(x + i)))
      break
    case Unary.sign:
      for (; i < bytes; i += 16) put(out + i, sign4(get(x + i)))
      break
    case Unary.step:
      for (; i < bytes; i += 16) put(out + i, step4(get(x + i), p))
      break
    case Unary.clip:
      for (; i < bytes; i += 16) put(out + i, f32x4.min(f32x4.max(get(x + i), p), q))
      break
    default:
      unreachable()
  }
}

function wholeNumbers(fn: i32, out: usize, x: usize, bytes: usize, p: i32, q: i32): void {
  const zero = i32x4.splat(0)
  const one = i32x4.splat(1)
  const lowest = i32x4.splat(p)
  const highest = i32x4.splat(q)
  let i: usize = 0
  switch (fn) {
    case Unary.absInt:
      for (; i < bytes; i += 16) put(out + i, i32x4.abs(get(x + i)))
      break
    case Unary.negInt:
      for (; i < bytes; i += 16) put(out + i, i32x4.neg(get(x + i)))
      break
    case Unary.reluInt:
      for (; i < bytes; i += 16) put(out + i, i32x4.max_s(get(x + i), zero))
      break
    case Unary.squareInt:
      for (; i < bytes; i += 16) put(out + i, i32x4.mul(get(x + i), get(x + i)))
      break
    case Unary.signInt:
      for (; i < bytes; i += 16) {
        put(out + i, i32x4.min_s(i32x4.max_s(get(x + i), i32x4.neg(one)), one))
      }
      break
    case Unary.clipInt:
      for (; i < bytes; i += 16) {
        put(out + i, i32x4.min_s(i32x4.max_s(get(x + i), lowest), highest))
      }
      break
    case Unary.intToFloat:
      for (; i < bytes; i += 16) put(out + i, f32x4.convert_i32x4_s(get(x + i)))
      break
    case Unary.floatToInt:
      for (; i < bytes; i += 16) put(out + i, truncated(get(x + i)))
      break
    default:
      unreachable()
  }
}

/** Without the fraction, modulo 2^32; 0 for what is no finite number. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function truncated(x: v128): v128 {
  const isSmall = f32x4.lt(f32x4.abs(x), splat(2147483648.0))
  if (v128.all_true<i32>(isSmall)) return i32x4.trunc_sat_f32x4_s(x)
  let y = i32x4.replace_lane(x, 0, modulo32(f32x4.extract_lane(x, 0)))
  y = i32x4.replace_lane(y, 1, modulo32(f32x4.extract_lane(x, 1)))
  y = i32x4.replace_lane(y, 2, modulo32(f32x4.extract_lane(x, 2)))
  return i32x4.replace_lane(y, 3, modulo32(f32x4.extract_lane(x, 3)))
}

function modulo32(x: f32): i32 {
  // from 2^63 on a float32 is a multiple of 2^32
  return abs(x) < 9223372036854775808.0 ? <i32>(<i64>x) : 0
}
