import { address, integer } from './arguments'
import { binary, operandBytes, resultBytes } from './binary'
import { advance, moved, seek } from './cursor'
import { fillWords } from './fill'
import { scratch } from './scratch'
import { share, spareState } from './vectors'

/** Rows below this length are laid out side by side first. */
const SHORT: i32 = 64
/** Elements that are laid out at a time. */
const BLOCK: i32 = 1024

/**
 * `binaryRows`, operands that broadcast: writes out, reads a, b; function, rows, rows per task,
 * elements per row, then for a and b 0 if it has one element for a row, 1 if it has one for each, 2
 * if it lies as out does; number of axes that rows are counted along, their sizes, the strides of a
 * along them, those of b.
 */
export function binaryRowsTask(args: usize, task: i32): void {
  const fn = integer(args, 3)
  const perTask = integer(args, 5)
  const length = integer(args, 6)
  const first = task * perTask
  const rows = share(integer(args, 4), perTask, task)
  const out = address(args, 0) + <usize>(first * length) * resultBytes(fn)
  if (length < SHORT) shortRows(args, fn, out, first, rows, length)
  else longRows(args, fn, out, first, rows, length)
}

function longRows(args: usize, fn: i32, out: usize, first: i32, rows: i32, length: i32): void {
  const rank = integer(args, 9)
  const sizes = args + (10 << 2)
  const aStrides = sizes + ((<usize>rank) << 2)
  const bStrides = aStrides + ((<usize>rank) << 2)
  const aStep: usize = integer(args, 7) === 0 ? 0 : 1
  const bStep: usize = integer(args, 8) === 0 ? 0 : 1
  const width = operandBytes(fn)
  const state = spareState()
  let a = address(args, 1) + <usize>seek(state, sizes, aStrides, rank, first) * width
  let b = address(args, 2) + <usize>seek(state, sizes, bStrides, rank, first) * width
  for (let row = 0; row < rows; row++) {
    binary(fn, out, a, aStep, b, bStep, length)
    out += <usize>length * resultBytes(fn)
    const axis = advance(state, sizes, rank)
    a += <usize>moved(sizes, aStrides, rank, axis) * width
    b += <usize>moved(sizes, bStrides, rank, axis) * width
  }
}

function shortRows(args: usize, fn: i32, out: usize, first: i32, rows: i32, length: i32): void {
  const atOnce = BLOCK / length
  const width = operandBytes(fn)
  for (let row = 0; row < rows; row += atOnce) {
    const count = min(atOnce, rows - row)
    const a = sideBySide(args, 0, width, first + row, count, length, row > 0)
    const b = sideBySide(args, 1, width, first + row, count, length, row > 0)
    binary(fn, out, a, 1, b, 1, count * length)
    out += <usize>(count * length) * resultBytes(fn)
  }
}

/**
 * Where `count` rows of an operand lie one after the other, laid out in scratch unless they do
 * already.
 */
function sideBySide(
  args: usize,
  operand: i32,
  width: usize,
  row: i32,
  count: i32,
  length: i32,
  isFilled: bool,
): usize {
  const form = integer(args, 7 + operand)
  const from = address(args, 1 + operand)
  if (form === 2) return from + <usize>(row * length) * width
  const rank = integer(args, 9)
  const sizes = args + (10 << 2)
  const strides = sizes + ((<usize>(rank * (operand + 1))) << 2)
  const to = scratch() + ((<usize>(operand * BLOCK)) << 2)
  // the same row again and again
  if (isFilled && form === 1 && rank === 1 && integer(strides, 0) === 0) return to
  const state = spareState()
  let x = from + <usize>seek(state, sizes, strides, rank, row) * width
  const step = form === 0 ? 0 : width
  let place = to
  for (let i = 0; i < count; i++) {
    if (width === 4 && step === 0) place = fillWords(place, load<i32>(x), length)
    else if (width === 4) place = layOut<u32>(place, x, step, length)
    else place = layOut<u8>(place, x, step, length)
    x += <usize>moved(sizes, strides, rank, advance(state, sizes, rank)) * width
  }
  return to
}

/** Copies elements that lie `step` bytes apart. @returns the place after them */
// @ts-ignore: decorators are AssemblyScript's
@inline
function layOut<T>(to: usize, from: usize, step: usize, count: i32): usize {
  for (let i = 0; i < count; i++) {
    store<T>(to, load<T>(from))
    to += sizeof<T>()
    from += step
  }
  return to
}
