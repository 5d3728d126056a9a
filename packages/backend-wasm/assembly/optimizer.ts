import { Op } from '../src/engine/op'
import { address, argumentWords, integer } from './arguments'
import { lambDirection, lambMoments } from './lamb'
import {
  adagradStep,
  adamStep,
  amsGradStep,
  lionStep,
  momentumStep,
  sgdStep,
} from './optimizer-rules'
import {
  rmsPropCenteredMomentumStep,
  rmsPropCenteredStep,
  rmsPropMomentumStep,
  rmsPropStep,
} from './rms-prop'
import { scratch } from './scratch'

// The arguments of a step: for each variable the addresses of its new value and slots; then for each
// variable those of its value, its slots and its gradient; elements of a task; for each variable its
// size; for each variable its scalars. Variables lie one after the other, each rounded up to a
// multiple of 4 elements, and a task takes as many elements of all of them as it is told.

/** Runs one task of an operation on optimizers. Traps on a number that it does not know. */
export function optimizer(op: i32, args: usize, task: i32): void {
  if (op == Op.lambDirection) lambDirection(args, task)
  else stepChunk(op, args, task)
}

/** Values that an operation writes for an element: the variable and its slots. */
function writesOf(op: i32): i32 {
  switch (op) {
    case Op.sgdStep:
      return 1
    case Op.momentumStep:
    case Op.rmsPropStep:
    case Op.adagradStep:
    case Op.lionStep:
    case Op.lambMoments:
      return 2
    case Op.adamStep:
    case Op.rmsPropMomentumStep:
    case Op.rmsPropCenteredStep:
      return 3
    default:
      return 4
  }
}

/** Scalars of each variable. */
function scalarsOf(op: i32): i32 {
  switch (op) {
    case Op.sgdStep:
      return 2
    case Op.adagradStep:
    case Op.lambMoments:
      return 3
    case Op.momentumStep:
      return 5
    case Op.adamStep:
    case Op.amsGradStep:
      return 8
    default:
      return 6
  }
}

function stepChunk(op: i32, args: usize, task: i32): void {
  const writes = writesOf(op)
  const reads = writes + 1
  const scalars = scalarsOf(op)
  const count = (argumentWords(args) - 1) / (writes + reads + 1 + scalars)
  const integers = count * (writes + reads)
  const chunk = integer(args, integers)
  const begin = task * chunk
  const end = begin + chunk
  let first = 0
  for (let i = 0; i < count && first < end; i++) {
    const size = integer(args, integers + 1 + i)
    const from = max(begin - first, 0)
    const to = min(end - first, size)
    if (from < to) {
      const w = args + ((<usize>(i * writes)) << 2)
      const r = args + ((<usize>(count * writes + i * reads)) << 2)
      const s = args + ((<usize>(integers + 1 + count + i * scalars)) << 2)
      stepRange(op, writes, w, r, s, from, to)
    }
    first += (size + 3) & ~3
  }
}

/** Elements `from` (a multiple of 4) to `to` of one variable. */
function stepRange(
  op: i32,
  writes: i32,
  w: usize,
  r: usize,
  s: usize,
  from: i32,
  to: i32,
): void {
  const at = (<usize>from) << 2
  const whole = (<usize>((to - from) & ~3)) << 2
  if (whole > 0) step(op, w, r, at, whole, s)
  const rest = (<usize>((to - from) & 3)) << 2
  if (rest > 0) stepRest(op, writes, w, r, s, at + whole, rest)
}

/** The last elements of a variable, fewer than a vector: on copies of a vector's length. */
function stepRest(
  op: i32,
  writes: i32,
  w: usize,
  r: usize,
  s: usize,
  at: usize,
  rest: usize,
): void {
  const newW = scratch()
  const newR = newW + 16
  const values = newW + 64
  for (let i = 0; i <= writes; i++) {
    const value = values + ((<usize>i) << 4)
    store<u32>(newR + ((<usize>i) << 2), <u32>value)
    memory.copy(value, address(r, i) + at, rest)
  }
  for (let i = 0; i < writes; i++) {
    store<u32>(newW + ((<usize>i) << 2), <u32>(values + ((<usize>(i + writes + 1)) << 4)))
  }
  step(op, newW, newR, 0, 16, s)
  for (let i = 0; i < writes; i++) memory.copy(address(w, i) + at, address(newW, i), rest)
}

/** The rule of an operation, on `bytes` from `at` on. */
function step(op: i32, w: usize, r: usize, at: usize, bytes: usize, s: usize): void {
  switch (op) {
    case Op.sgdStep:
      return sgdStep(w, r, at, bytes, s)
    case Op.momentumStep:
      return momentumStep(w, r, at, bytes, s)
    case Op.adamStep:
      return adamStep(w, r, at, bytes, s)
    case Op.amsGradStep:
      return amsGradStep(w, r, at, bytes, s)
    case Op.rmsPropStep:
      return rmsPropStep(w, r, at, bytes, s)
    case Op.rmsPropMomentumStep:
      return rmsPropMomentumStep(w, r, at, bytes, s)
    case Op.rmsPropCenteredStep:
      return rmsPropCenteredStep(w, r, at, bytes, s)
    case Op.rmsPropCenteredMomentumStep:
      return rmsPropCenteredMomentumStep(w, r, at, bytes, s)
    case Op.adagradStep:
      return adagradStep(w, r, at, bytes, s)
    case Op.lionStep:
      return lionStep(w, r, at, bytes, s)
    case Op.lambMoments:
      return lambMoments(w, r, at, bytes, s)
    default:
      unreachable()
  }
}
