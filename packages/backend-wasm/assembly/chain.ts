// Several elementwise functions in one pass over their elements. Each block of 1024 elements goes
// through all of them while it is in the cache. The functions are those of `unary` and `binary` and
// give the same bits.

import { Binary, Place } from '../src/engine/elementwise-function'
import { address, integer } from './arguments'
import { binary } from './binary'
import { HEADER } from './launch'
import { scratch } from './scratch'
import { unary } from './unary'
import { share } from './vectors'

const BLOCK: i32 = 1024
const STEP_WORDS: usize = 6

/**
 * `chain`: any number of writes and reads, whose addresses are counted in this order; elements (n),
 * elements per task (a multiple of 1024), number of steps, then for each step six words:
 *
 * 1. the function, below 72 for unary, from 96 to 143 for binary;
 * 2. the place of the result;
 * 3. the place of the first operand;
 * 4. the place of the second operand (0 for unary);
 * 5. p and
 * 6. q of a unary function, the bits of a float32 (0 for others);
 *
 * and last the number of writes and reads together. A place is `Place.block + 0..7`, a block that a
 * step before wrote; `Place.each + i`, the address i with n elements; `Place.one + i`, the address
 * i with a single element, as operand of a binary function. Steps run in order; a result may take
 * the place of an operand. An address with n elements may be written by one step and read by a
 * later one.
 */
export function chainTask(args: usize, task: i32): void {
  const words = load<i32>(args - 8) - <i32>HEADER
  const integers = args + ((<usize>integer(args, words - 1)) << 2)
  const perTask = integer(integers, 1)
  const steps = integer(integers, 2)
  const count = share(integer(integers, 0), perTask, task)
  for (let done = 0; done < count; done += BLOCK) {
    const start = (<usize>(task * perTask + done)) << 2
    const size = min(BLOCK, count - done)
    let step = integers + (3 << 2)
    for (let i = 0; i < steps; i++) {
      runStep(args, step, start, size)
      step += STEP_WORDS << 2
    }
  }
}

function runStep(args: usize, step: usize, start: usize, count: i32): void {
  const fn = integer(step, 0)
  const out = resolve(args, integer(step, 1), start)
  const a = integer(step, 2)
  if (fn < Binary.add) {
    const p = load<f32>(step + 16)
    const q = load<f32>(step + 20)
    return unary(fn, out, resolve(args, a, start), count, p, q)
  }
  const b = integer(step, 3)
  const aStep: usize = a < Place.one ? 1 : 0
  const bStep: usize = b < Place.one ? 1 : 0
  binary(fn, out, resolve(args, a, start), aStep, resolve(args, b, start), bStep, count)
}

/** The address of a place for the block that begins `start` bytes after the first. */
function resolve(args: usize, place: i32, start: usize): usize {
  if (place < Place.each) return scratch() + ((<usize>(place * BLOCK)) << 2)
  if (place < Place.one) return address(args, place - Place.each) + start
  return address(args, place - Place.one)
}
