import { address, integer } from './arguments'
import { shareStart } from './lanes'

/**
 * Products along the middle of `[outer, size, inner]`: `out, x, outer, size, inner, is exclusive, is
 * reversed, tasks`. `T` is f32 or i32, which wraps. A unit of work is a line.
 */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function cumulativeProduct<T>(args: usize, task: i32): void {
  const size = integer(args, 3)
  const inner = integer(args, 4)
  const isExclusive = integer(args, 5) != 0
  const isReversed = integer(args, 6) != 0
  const tasks = integer(args, 7)
  const lines = integer(args, 2) * inner
  const stride = (<usize>inner) << 2
  const step: usize = isReversed ? 0 - stride : stride
  const last = shareStart(lines, tasks, task + 1)
  for (let line = shareStart(lines, tasks, task); line < last; line++) {
    const outer = line / inner
    let at = (<usize>outer * size * inner + (line - outer * inner)) << 2
    if (isReversed) at += <usize>(size - 1) * stride
    let product: T = 1
    for (let i = 0; i < size; i++) {
      const next: T = product * load<T>(address(args, 1) + at)
      store<T>(address(args, 0) + at, isExclusive ? product : next)
      product = next
      at += step
    }
  }
}
