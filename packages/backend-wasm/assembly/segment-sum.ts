import { address, integer } from './arguments'
import { fillWords } from './fill'

/**
 * `segmentSum`: writes out `[segments, length]`, reads x `[rows, length]`, ids `[rows]`; rows,
 * length, segments, segments per task, elements of a row per task, 1 for float32 or 0 for int32. A
 * task owns a part of some segments and adds rows in their order. Ids outside are passed over.
 * Tasks are counted along the parts of a row first.
 */
export function segmentSumTask(args: usize, task: i32): void {
  const rows = integer(args, 3)
  const length = integer(args, 4)
  const perTask = integer(args, 6)
  const partLength = integer(args, 7)
  const isFloat = integer(args, 8) === 1
  const parts = (length + partLength - 1) / partLength
  const start = (task % parts) * partLength
  const count = min(partLength, length - start)
  const first = (task / parts) * perTask
  const segments = min(perTask, integer(args, 5) - first)
  const stride = (<usize>length) << 2
  const out = address(args, 0) + <usize>first * stride + ((<usize>start) << 2)
  const x = address(args, 1) + ((<usize>start) << 2)
  const ids = address(args, 2)
  for (let i = 0; i < segments; i++) fillWords(out + <usize>i * stride, 0, count)
  for (let row = 0; row < rows; row++) {
    const segment = load<i32>(ids + ((<usize>row) << 2)) - first
    if (<u32>segment >= <u32>segments) continue
    const to = out + <usize>segment * stride
    const from = x + <usize>row * stride
    if (isFloat) addFloats(to, from, count)
    else addInts(to, from, count)
  }
}

function addFloats(to: usize, from: usize, count: i32): void {
  const whole = (<usize>(count & ~3)) << 2
  let i: usize = 0
  for (; i < whole; i += 16) {
    v128.store(to + i, f32x4.add(v128.load(to + i), v128.load(from + i)))
  }
  for (; i < (<usize>count) << 2; i += 4) {
    store<f32>(to + i, load<f32>(to + i) + load<f32>(from + i))
  }
}

function addInts(to: usize, from: usize, count: i32): void {
  for (let i: usize = 0; i < (<usize>count) << 2; i += 4) {
    store<i32>(to + i, load<i32>(to + i) + load<i32>(from + i))
  }
}
