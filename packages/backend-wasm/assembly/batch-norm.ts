import { address, float, integer } from './arguments'
import { get, put, shareStart } from './lanes'
import { scratch } from './scratch'

/** Columns of a unit of work. */
const COLUMNS: i32 = 1024

/**
 * `(x - mean) * scale / sqrt(variance + epsilon) + offset` of each row of `[rows, columns]`, with one mean,
 * variance, scale and offset per column: `out, x, mean, variance, scale, offset, rows, columns, blocks,
 * tasks, epsilon`. A unit of work is a block of rows of a chunk of columns.
 */
export function batchNorm(args: usize, task: i32): void {
  const rows = integer(args, 6)
  const columns = integer(args, 7)
  const blocks = integer(args, 8)
  const tasks = integer(args, 9)
  const units = blocks * ((columns + COLUMNS - 1) / COLUMNS)
  const last = shareStart(units, tasks, task + 1)
  for (let unit = shareStart(units, tasks, task); unit < last; unit++) {
    const chunk = unit / blocks
    const block = unit - chunk * blocks
    const first = <usize>(chunk * COLUMNS) << 2
    const bytes = <usize>min(COLUMNS, columns - chunk * COLUMNS) << 2
    const body = bytes & ~15
    factors<v128>(args, first, 0, body)
    factors<f32>(args, first, body, bytes)
    const stride = (<usize>columns) << 2
    const end = shareStart(rows, blocks, block + 1)
    for (let row = shareStart(rows, blocks, block); row < end; row++) {
      const place = <usize>row * stride + first
      normalize<v128>(args, place, first, 0, body)
      normalize<f32>(args, place, first, body, bytes)
    }
  }
}

/** What the distance from the mean is multiplied by, into this thread's memory. */
function factors<T>(args: usize, first: usize, from: usize, to: usize): void {
  const epsilon = f32x4.splat(float(args, 10))
  const variance = address(args, 3) + first
  const scale = address(args, 4) + first
  for (let i = from; i < to; i += sizeof<T>()) {
    const deviation = f32x4.sqrt(f32x4.add(get<T>(variance + i), epsilon))
    put<T>(scratch() + i, f32x4.div(get<T>(scale + i), deviation))
  }
}

function normalize<T>(args: usize, place: usize, first: usize, from: usize, to: usize): void {
  const out = address(args, 0) + place
  const x = address(args, 1) + place
  const mean = address(args, 2) + first
  const offset = address(args, 5) + first
  for (let i = from; i < to; i += sizeof<T>()) {
    const distance = f32x4.sub(get<T>(x + i), get<T>(mean + i))
    put<T>(out + i, f32x4.add(f32x4.mul(distance, get<T>(scratch() + i)), get<T>(offset + i)))
  }
}
