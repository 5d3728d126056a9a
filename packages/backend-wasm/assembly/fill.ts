import { address, integer } from './arguments'
import { share } from './vectors'

/**
 * `fill`: writes out; elements, elements per task, bytes per element (4 or 1), the element's bits.
 */
export function fillTask(args: usize, task: i32): void {
  const perTask = integer(args, 2)
  const count = share(integer(args, 1), perTask, task)
  const width = integer(args, 3)
  const bits = integer(args, 4)
  const to = address(args, 0) + <usize>(task * perTask * width)
  if (width === 1) memory.fill(to, <u8>bits, count)
  else fillWords(to, bits, count)
}

/** Writes a word `count` times. @returns the place after them */
export function fillWords(to: usize, bits: i32, count: i32): usize {
  const vector = i32x4.splat(bits)
  const whole = (<usize>(count & ~3)) << 2
  let i: usize = 0
  for (; i < whole; i += 16) v128.store(to + i, vector)
  for (; i < (<usize>count) << 2; i += 4) store<i32>(to + i, bits)
  return to + i
}

/**
 * `range`, one task: writes out; elements, 1 for float32 or 0 for int32, the bits of the first
 * value and of the difference. Each float32 is the rounded sum of the one before and the
 * difference.
 */
export function rangeTask(args: usize): void {
  const out = address(args, 0)
  const count = integer(args, 1)
  let value = load<f32>(args + 12)
  const difference = load<f32>(args + 16)
  let whole = integer(args, 3)
  for (let i = 0; i < count; i++) {
    const to = out + ((<usize>i) << 2)
    if (integer(args, 2) === 1) store<f32>(to, value)
    else store<i32>(to, whole)
    value += difference
    whole += integer(args, 4)
  }
}
