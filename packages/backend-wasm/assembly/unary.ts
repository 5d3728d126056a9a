import { Unary } from '../src/engine/elementwise-function'
import { address, float, integer } from './arguments'
import { choose, rsqrt4, splat } from './math'
import { transcendental } from './transcendental'
import { copyWords, share, spare } from './vectors'

/** `unary`: writes out, reads x; function, elements, elements per task; p, q. */
export function unaryTask(args: usize, task: i32): void {
  const perTask = integer(args, 4)
  const start = (<usize>(task * perTask)) << 2
  const count = share(integer(args, 3), perTask, task)
  const out = address(args, 0) + start
  const x = address(args, 1) + start
  unary(integer(args, 2), out, x, count, float(args, 5), float(args, 6))
}

/** A function of `count` elements. `out` may be `x`. An element's bits do not depend on its place. */
export function unary(fn: i32, out: usize, x: usize, count: i32, p: f32, q: f32): void {
  const left = count & 3
  const bytes = (<usize>(count - left)) << 2
  unaryVectors(fn, out, x, bytes, p, q)
  if (left === 0) return
  copyWords(spare(0), x + bytes, left)
  unaryVectors(fn, spare(0), spare(0), 16, p, q)
  copyWords(out + bytes, spare(0), left)
}

function unaryVectors(fn: i32, out: usize, x: usize, bytes: usize, p: f32, q: f32): void {
  if (fn < 32) plain(fn, out, x, bytes, splat(p), splat(q))
  else if (fn < 64) transcendental(fn, out, x, bytes)
  else whole(fn, out, x, bytes, <i32>p, <i32>q)
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
  const size = choose(f32x4.gt(f32x4.abs(x), splat(0)), splat(1), f32x4.abs(x))
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

function whole(fn: i32, out: usize, x: usize, bytes: usize, p: i32, q: i32): void {
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
      for (; i < bytes; i += 16) put(out + i, i32x4.trunc_sat_f32x4_s(get(x + i)))
      break
    default:
      unreachable()
  }
}
