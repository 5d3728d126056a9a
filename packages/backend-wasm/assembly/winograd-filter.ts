import { address, integer } from './arguments'
import { loadLanes, storeLanes } from './partial-vector'

/**
 * The gradient from its transformed sums, `[4][4][size]` to `[3][3][size]`. Words: out, sums; size,
 * elements per task, a multiple of 4.
 */
export function winogradFilter(args: usize, task: i32): void {
  const size = integer(args, 2)
  const first = task * integer(args, 3)
  const last = min(first + integer(args, 3), size)
  const step = <usize>size << 2
  for (let i = first; i < last; i += 4) {
    const lanes = last - i
    const from = address(args, 1) + (<usize>i << 2)
    const to = address(args, 0) + (<usize>i << 2)
    for (let column: usize = 0; column < 3; column++) {
      const at = to + step * column
      const s0 = across(from, column, step, lanes)
      const s1 = across(from + 4 * step, column, step, lanes)
      const s2 = across(from + 8 * step, column, step, lanes)
      const s3 = across(from + 12 * step, column, step, lanes)
      const half = f32x4.mul(f32x4.add(s1, s2), f32x4.splat(0.5))
      storeLanes(at, f32x4.add(s0, half), lanes)
      storeLanes(at + 3 * step, f32x4.mul(f32x4.sub(s1, s2), f32x4.splat(0.5)), lanes)
      storeLanes(at + 6 * step, f32x4.add(half, s3), lanes)
    }
  }
}

/** A column of the gradient, still with 4 rows, from one row of sums. */
function across(from: usize, column: usize, step: usize, lanes: i32): v128 {
  const s1 = loadLanes(from + step, lanes)
  const s2 = loadLanes(from + 2 * step, lanes)
  const half = f32x4.splat(0.5)
  if (column === 1) return f32x4.mul(f32x4.sub(s1, s2), half)
  const end = loadLanes(from + (column === 0 ? 0 : 3 * step), lanes)
  return f32x4.add(f32x4.mul(f32x4.add(s1, s2), half), end)
}
