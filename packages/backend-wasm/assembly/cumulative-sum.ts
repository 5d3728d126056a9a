import { address, integer } from './arguments'
import { share } from './vectors'

/**
 * `cumulativeSum` along an axis: writes out, reads x `[outer, size, inner]`; lines (outer by
 * inner), lines per task, size, inner, 1 to leave out the element itself, 1 to begin at the end, 1
 * for float32 or 0 for int32. Sums of float32 are kept as float64.
 */
export function cumulativeSumTask(args: usize, task: i32): void {
  const perTask = integer(args, 3)
  const lines = share(integer(args, 2), perTask, task)
  const size = integer(args, 4)
  const inner = integer(args, 5)
  const isExclusive = integer(args, 6) === 1
  const isReversed = integer(args, 7) === 1
  for (let line = task * perTask; line < task * perTask + lines; line++) {
    const start = (line / inner) * size * inner + (line % inner)
    const first = isReversed ? start + (size - 1) * inner : start
    const step = isReversed ? -inner : inner
    const place = (<usize>first) << 2
    const out = address(args, 0) + place
    const x = address(args, 1) + place
    if (integer(args, 8) === 1) sums<f32, f64>(out, x, (<usize>step) << 2, size, isExclusive)
    else sums<i32, i32>(out, x, (<usize>step) << 2, size, isExclusive)
  }
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function sums<T, S>(out: usize, x: usize, step: usize, size: i32, isExclusive: bool): void {
  let sum: S = 0
  for (let i = 0; i < size; i++) {
    const value = <S>load<T>(x)
    store<T>(out, <T>(isExclusive ? sum : sum + value))
    sum += value
    out += step
    x += step
  }
}
