import { address, integer } from './arguments'
import { get, put, shareStart } from './lanes'
import { exp4 } from './math'

/** Elements whose exponentials are added in single precision before their sum is added in double. */
const BLOCK: usize = 512

/** Softmax of each row of `[rows, columns]`: `out, x, rows, columns, tasks`. */
export function softmax(args: usize, task: i32): void {
  const out = address(args, 0)
  const x = address(args, 1)
  const rows = integer(args, 2)
  const bytes = (<usize>integer(args, 3)) << 2
  const tasks = integer(args, 4)
  const last = shareStart(rows, tasks, task + 1)
  for (let row = shareStart(rows, tasks, task); row < last; row++) {
    const place = <usize>row * bytes
    softmaxRow(out + place, x + place, bytes)
  }
}

function softmaxRow(out: usize, x: usize, bytes: usize): void {
  const body = bytes & ~15
  const shift = f32x4.splat(largestOf(x, bytes))
  let total: f64 = 0
  for (let i: usize = 0; i < body; ) {
    const blockEnd = min(i + 4 * BLOCK, body)
    let sum = f32x4.splat(0)
    for (; i < blockEnd; i += 16) {
      const power = exp4(f32x4.sub(v128.load(x + i), shift))
      v128.store(out + i, power)
      sum = f32x4.add(sum, power)
    }
    const upper = v128.shuffle<i32>(sum, sum, 2, 3, 2, 3)
    const pair = f64x2.add(f64x2.promote_low_f32x4(sum), f64x2.promote_low_f32x4(upper))
    total += f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1)
  }
  for (let i = body; i < bytes; i += 4) {
    const power = exp4(f32x4.sub(get<f32>(x + i), shift))
    put<f32>(out + i, power)
    total += <f64>f32x4.extract_lane(power, 0)
  }
  const divisor = f32x4.splat(<f32>total)
  for (let i: usize = 0; i < body; i += 16) {
    put<v128>(out + i, f32x4.div(v128.load(out + i), divisor))
  }
  for (let i = body; i < bytes; i += 4) put<f32>(out + i, f32x4.div(get<f32>(out + i), divisor))
}

/** The largest number; NaN comes back in the exponentials. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function largestOf(x: usize, bytes: usize): f32 {
  const body = bytes & ~15
  let lanes = f32x4.splat(-Infinity)
  for (let i: usize = 0; i < body; i += 16) lanes = f32x4.pmax(lanes, v128.load(x + i))
  lanes = f32x4.pmax(lanes, v128.shuffle<i32>(lanes, lanes, 2, 3, 0, 1))
  lanes = f32x4.pmax(lanes, v128.shuffle<i32>(lanes, lanes, 1, 0, 3, 2))
  for (let i = body; i < bytes; i += 4) lanes = f32x4.pmax(lanes, get<f32>(x + i))
  return f32x4.extract_lane(lanes, 0)
}
