import { address, integer } from './arguments'
import { fillWords } from './fill'
import { copyRun } from './move'
import { share } from './vectors'

/**
 * `gather`, rows by index: writes out `[batches, outer, count, row]`, reads x `[batches, outer,
 * size, row]`, indices `[batches, count]`; rows of out, rows per task, outer, count, size, bytes of
 * a row, the address of two words. An index outside gives zeros, and the words become the index and
 * the size plus 1.
 */
export function gatherTask(args: usize, task: i32): void {
  const perTask = integer(args, 4)
  const first = task * perTask
  const rows = share(integer(args, 3), perTask, task)
  const outer = integer(args, 5)
  const count = integer(args, 6)
  const size = integer(args, 7)
  const bytes = <usize>integer(args, 8)
  let to = address(args, 0) + <usize>first * bytes
  let place = first % count
  let group = first / count
  let indices = address(args, 2) + ((<usize>((group / outer) * count)) << 2)
  for (let i = 0; i < rows; i++) {
    const index = load<i32>(indices + ((<usize>place) << 2))
    if (<u32>index < <u32>size) {
      copyRun(to, address(args, 1) + (<usize>(group * size) + <usize>index) * bytes, bytes)
    } else {
      memory.fill(to, 0, bytes)
      store<i64>(integer(args, 9), ((<i64>(size + 1)) << 32) | <i64>(<u32>index))
    }
    to += bytes
    if (++place === count) {
      place = 0
      group++
      indices = address(args, 2) + ((<usize>((group / outer) * count)) << 2)
    }
  }
}

/**
 * `oneHot`: writes out `[rows, depth]`, reads indices `[rows]`; rows, rows per task, depth, bytes
 * per element (4 or 1), the bits of the element at the index and those of the others.
 */
export function oneHotTask(args: usize, task: i32): void {
  const perTask = integer(args, 3)
  const first = task * perTask
  const rows = share(integer(args, 2), perTask, task)
  const depth = integer(args, 4)
  const width = integer(args, 5)
  const on = integer(args, 6)
  const off = integer(args, 7)
  const out = address(args, 0) + <usize>first * <usize>(depth * width)
  if (width === 4) fillWords(out, off, rows * depth)
  else memory.fill(out, <u8>off, rows * depth)
  for (let row = 0; row < rows; row++) {
    const index = load<i32>(address(args, 1) + ((<usize>(first + row)) << 2))
    if (<u32>index >= <u32>depth) continue
    const to = out + <usize>(row * depth + index) * width
    if (width === 4) store<i32>(to, on)
    else store<u8>(to, <u8>on)
  }
}
