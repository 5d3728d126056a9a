import { address, integer } from './arguments'
import { advance, moved, seek } from './cursor'
import { copyBytes, share, spareState } from './vectors'

/**
 * `move`, elements from places to places: writes out, reads x; bytes per element (4 or 1), the
 * first element in out and in x, rows, rows per task, elements per row, those per task, the steps
 * between elements of a row in out and in x; number of axes that rows are counted along, their
 * sizes, the strides of out along them, those of x. Steps and strides are in elements and may be
 * negative, those of x 0. Tasks are counted along the rows' parts first.
 */
export function moveTask(args: usize, task: i32): void {
  const width = integer(args, 2)
  const rowsPerTask = integer(args, 6)
  const length = integer(args, 7)
  const perTask = integer(args, 8)
  const outStep = integer(args, 9)
  const xStep = integer(args, 10)
  const rank = integer(args, 11)
  const sizes = args + (12 << 2)
  const outStrides = sizes + ((<usize>rank) << 2)
  const xStrides = outStrides + ((<usize>rank) << 2)
  const parts = (length + perTask - 1) / perTask
  const part = task % parts
  const row = (task / parts) * rowsPerTask
  const rows = min(rowsPerTask, integer(args, 5) - row)
  const count = share(length, perTask, part)
  const state = spareState()
  let to = integer(args, 3) + part * perTask * outStep
  let from = integer(args, 4) + part * perTask * xStep
  to += seek(state, sizes, outStrides, rank, row)
  from += seek(state, sizes, xStrides, rank, row)
  for (let i = 0; i < rows; i++) {
    const out = address(args, 0) + <usize>(to * width)
    const x = address(args, 1) + <usize>(from * width)
    if (outStep === 1 && xStep === 1) copyRun(out, x, <usize>(count * width))
    else if (width === 4) copySteps<u32>(out, x, outStep, xStep, count)
    else copySteps<u8>(out, x, outStep, xStep, count)
    const axis = advance(state, sizes, rank)
    to += moved(sizes, outStrides, rank, axis)
    from += moved(sizes, xStrides, rank, axis)
  }
}

/** Bytes from which a copy is worth a call out of the module. */
const LONG: usize = 512

/** Copies bytes that do not overlap. */
export function copyRun(to: usize, from: usize, bytes: usize): void {
  if (bytes >= LONG) {
    memory.copy(to, from, bytes)
    return
  }
  const whole = bytes & ~15
  let i: usize = 0
  for (; i < whole; i += 16) v128.store(to + i, v128.load(from + i))
  for (; i + 4 <= bytes; i += 4) store<u32>(to + i, load<u32>(from + i))
  copyBytes(to + i, from + i, bytes - i)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function copySteps<T>(to: usize, from: usize, toStep: i32, fromStep: i32, count: i32): void {
  const toBytes = <usize>(toStep * sizeof<T>())
  const fromBytes = <usize>(fromStep * sizeof<T>())
  for (let i = 0; i < count; i++) {
    store<T>(to, load<T>(from))
    to += toBytes
    from += fromBytes
  }
}
