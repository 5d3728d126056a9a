import { Binary } from '../src/engine/elementwise-function'
import { address, integer } from './arguments'
import { compareFloats, compareInts } from './compare'
import { binaryFlags } from './flags'
import { floatVectors } from './binary-float'
import { intVectors } from './binary-int'
import { copyBytes, share, spare } from './vectors'

/** Bytes of an operand's element. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function operandBytes(fn: i32): usize {
  return fn < Binary.and ? 4 : 1
}

/** Bytes of a result's element. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function resultBytes(fn: i32): usize {
  return fn < Binary.equal ? 4 : 1
}

/**
 * `binary`: writes out, reads a, b; function, elements, elements per task, then for a and b 1 if it
 * has an element for each element and 0 if it has one for all.
 */
export function binaryTask(args: usize, task: i32): void {
  const fn = integer(args, 3)
  const perTask = integer(args, 5)
  const start = <usize>(task * perTask)
  const aStep = <usize>integer(args, 6)
  const bStep = <usize>integer(args, 7)
  const out = address(args, 0) + start * resultBytes(fn)
  const a = address(args, 1) + start * aStep * operandBytes(fn)
  const b = address(args, 2) + start * bStep * operandBytes(fn)
  binary(fn, out, a, aStep, b, bStep, share(integer(args, 4), perTask, task))
}

/**
 * A function of `count` elements of two operands, each of which moves by a step of 0 or 1 elements.
 * `out` may be an operand with a step of 1. An element's bits do not depend on its place, nor on
 * the steps.
 */
export function binary(
  fn: i32,
  out: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  count: i32,
): void {
  const width = operandBytes(fn)
  const left = <usize>(count & (width === 4 ? 3 : 15))
  const whole = <usize>count - left
  const first = aStep === 0 ? spread(spare(0), a, width) : a
  const second = bStep === 0 ? spread(spare(1), b, width) : b
  vectors(fn, out, first, aStep << 4, second, bStep << 4, whole * width)
  if (left === 0) return
  if (aStep !== 0) copyBytes(spare(0), a + whole * width, left * width)
  if (bStep !== 0) copyBytes(spare(1), b + whole * width, left * width)
  vectors(fn, spare(2), spare(0), 16, spare(1), 16, 16)
  copyBytes(out + whole * resultBytes(fn), spare(2), left * resultBytes(fn))
}

/** Fills a vector with one element. @returns `to` */
function spread(to: usize, from: usize, width: usize): usize {
  v128.store(to, width === 4 ? v128.load32_splat(from) : v128.load8_splat(from))
  return to
}

/** Both steps in bytes from vector to vector; `bytes` of an operand that is read to its end. */
function vectors(
  fn: i32,
  out: usize,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  bytes: usize,
): void {
  if (fn < Binary.addInt) floatVectors(fn, out, a, aStep, b, bStep, out + bytes)
  else if (fn < Binary.equal) intVectors(fn, out, a, aStep, b, bStep, out + bytes)
  else if (fn < Binary.equalInt) compareFloats(fn, out, a, aStep, b, bStep, out + (bytes >> 2))
  else if (fn < Binary.and) compareInts(fn, out, a, aStep, b, bStep, out + (bytes >> 2))
  else binaryFlags(fn, out, a, aStep, b, bStep, out + bytes)
}
