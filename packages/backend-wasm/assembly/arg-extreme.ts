import { address, integer } from './arguments'
import { shareStart } from './lanes'

/**
 * Where the first largest (or smallest) value of the middle of `[outer, reduced, inner]` is: `out, x, outer,
 * reduced, inner, tasks`. NaN is never larger, so that it counts only in the first place. `T` is f32 or i32.
 */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function argExtreme<T>(isMax: bool, args: usize, task: i32): void {
  const out = address(args, 0)
  const x = address(args, 1)
  const reduced = integer(args, 3)
  const inner = integer(args, 4)
  const tasks = integer(args, 5)
  const units = integer(args, 2) * inner
  const stride = (<usize>inner) << 2
  const end = shareStart(units, tasks, task + 1)
  for (let unit = shareStart(units, tasks, task); unit < end; unit++) {
    const outer = unit / inner
    const from = x + ((<usize>outer * reduced * inner + (unit - outer * inner)) << 2)
    const place =
      inner == 1
        ? inRow<T>(isMax, from, reduced)
        : inColumn<T>(isMax, from, reduced, stride)
    store<i32>(out + ((<usize>unit) << 2), place)
  }
}

/** Whether a value takes the place of the best so far. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function isBetter<T>(isMax: bool, value: T, best: T): bool {
  return isMax ? value > best : value < best
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function inColumn<T>(isMax: bool, x: usize, count: i32, stride: usize): i32 {
  let best: T = count > 0 ? load<T>(x) : <T>0
  let place = 0
  for (let i = 1; i < count; i++) {
    x += stride
    const value = load<T>(x)
    const isNext = isBetter<T>(isMax, value, best)
    best = isNext ? value : best
    place = isNext ? i : place
  }
  return place
}

/** Four lanes at a time, each of which begins with the first value. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function inRow<T>(isMax: bool, x: usize, count: i32): i32 {
  if (count < 8) return inColumn<T>(isMax, x, count, 4)
  let lanes = v128.load32_splat(x)
  let places = i32x4.splat(0)
  let here = i32x4(0, 1, 2, 3)
  const body = count & ~3
  for (let i = 0; i < body; i += 4) {
    const value = v128.load(x + ((<usize>i) << 2))
    const isNext = areBetter<T>(isMax, value, lanes)
    lanes = v128.bitselect(value, lanes, isNext)
    places = v128.bitselect(here, places, isNext)
    here = i32x4.add(here, i32x4.splat(4))
  }
  let best = v128.extract_lane<T>(lanes, 0)
  let place = i32x4.extract_lane(places, 0)
  for (let lane = 1; lane < 4; lane++) {
    lanes = v128.shuffle<i32>(lanes, lanes, 1, 2, 3, 0)
    places = v128.shuffle<i32>(places, places, 1, 2, 3, 0)
    const value = v128.extract_lane<T>(lanes, 0)
    const at = i32x4.extract_lane(places, 0)
    if (!isBetter<T>(isMax, value, best) && !(value == best && at < place)) continue
    best = value
    place = at
  }
  for (let i = body; i < count; i++) {
    const value = load<T>(x + ((<usize>i) << 2))
    if (!isBetter<T>(isMax, value, best)) continue
    best = value
    place = i
  }
  return place
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function areBetter<T>(isMax: bool, value: v128, best: v128): v128 {
  if (isFloat<T>()) return isMax ? f32x4.gt(value, best) : f32x4.lt(value, best)
  return isMax ? i32x4.gt_s(value, best) : i32x4.lt_s(value, best)
}
