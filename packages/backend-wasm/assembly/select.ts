import { address, integer } from './arguments'
import { fourFlags } from './flags'
import { share } from './vectors'

/**
 * `select`: writes out, reads condition (bools), t, e; elements, elements per task, bytes per
 * element (4 or 1).
 */
export function selectTask(args: usize, task: i32): void {
  const perTask = integer(args, 5)
  const start = <usize>(task * perTask)
  const count = share(integer(args, 4), perTask, task)
  const width = <usize>integer(args, 6)
  const out = address(args, 0) + start * width
  const condition = address(args, 1) + start
  const t = address(args, 2) + start * width
  const e = address(args, 3) + start * width
  if (width === 4) words(out, condition, t, e, count)
  else bytes(out, condition, t, e, count)
}

function words(out: usize, condition: usize, t: usize, e: usize, count: i32): void {
  let i: usize = 0
  const whole = <usize>(count & ~3)
  for (; i < whole; i += 4) {
    const at = i << 2
    const isOther = i32x4.eq(fourFlags(condition + i), i32x4.splat(0))
    v128.store(out + at, v128.bitselect(v128.load(e + at), v128.load(t + at), isOther))
  }
  for (; i < <usize>count; i++) {
    const from = load<u8>(condition + i) === 0 ? e : t
    store<u32>(out + (i << 2), load<u32>(from + (i << 2)))
  }
}

function bytes(out: usize, condition: usize, t: usize, e: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    store<u8>(out + i, load<u8>((load<u8>(condition + i) === 0 ? e : t) + i))
  }
}

/**
 * `selectRows`: writes out, reads condition (one bool per row), t, e; rows, rows per task, bytes of
 * a row.
 */
export function selectRowsTask(args: usize, task: i32): void {
  const perTask = integer(args, 5)
  const rows = share(integer(args, 4), perTask, task)
  const length = <usize>integer(args, 6)
  for (let i = 0; i < rows; i++) {
    const row = <usize>(task * perTask + i)
    const from = load<u8>(address(args, 1) + row) === 0 ? 3 : 2
    memory.copy(address(args, 0) + row * length, address(args, from) + row * length, length)
  }
}
