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
    let from = x + ((<usize>outer * reduced * inner + (unit - outer * inner)) << 2)
    let best: T = reduced > 0 ? load<T>(from) : <T>0
    let place = 0
    for (let i = 1; i < reduced; i++) {
      from += stride
      const value = load<T>(from)
      const isBetter = isMax ? value > best : value < best
      best = isBetter ? value : best
      place = isBetter ? i : place
    }
    store<i32>(out + ((<usize>unit) << 2), place)
  }
}
