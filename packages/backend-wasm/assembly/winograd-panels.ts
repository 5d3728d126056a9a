import { address, integer } from './arguments'

/**
 * Transforms panels of a 3 by 3 filter, `[panel][3][3][channel][8]`, to
 * `[panel][4][4][channel][8]`. Words: out, panels; channels, panels, panels per task.
 */
export function winogradPanels(args: usize, task: i32): void {
  const step = <usize>integer(args, 2) << 5
  const first = task * integer(args, 4)
  const last = min(first + integer(args, 4), integer(args, 3))
  for (let panel = first; panel < last; panel++) {
    const from = address(args, 1) + 9 * step * <usize>panel
    const to = address(args, 0) + 16 * step * <usize>panel
    for (let at: usize = 0; at < step; at += 16) {
      transformRow(0, from + at, step, to + at)
      transformRow(1, from + at, step, to + at + 4 * step)
      transformRow(2, from + at, step, to + at + 8 * step)
      transformRow(3, from + at, step, to + at + 12 * step)
    }
  }
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function transformRow(row: i32, from: usize, step: usize, to: usize): void {
  const w0 = down(row, from, step)
  const w1 = down(row, from + step, step)
  const w2 = down(row, from + 2 * step, step)
  const half = f32x4.splat(0.5)
  v128.store(to, w0)
  const ends = f32x4.add(w0, w2)
  v128.store(to + step, f32x4.mul(f32x4.add(ends, w1), half))
  v128.store(to + 2 * step, f32x4.mul(f32x4.sub(ends, w1), half))
  v128.store(to + 3 * step, w2)
}

/** A column of a filter for one row of the transformed one. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function down(row: i32, from: usize, step: usize): v128 {
  if (row === 0) return v128.load(from)
  if (row === 3) return v128.load(from + 6 * step)
  const ends = f32x4.add(v128.load(from), v128.load(from + 6 * step))
  const middle = v128.load(from + 3 * step)
  const half = f32x4.splat(0.5)
  return f32x4.mul(row === 1 ? f32x4.add(ends, middle) : f32x4.sub(ends, middle), half)
}
