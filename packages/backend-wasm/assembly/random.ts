import { Op } from '../src/engine/op'
import { address, float, integer } from './arguments'
import { shareStart } from './lanes'
import { normals } from './normals'
import { loadLanes, storeLanes } from './partial-vector'
import { philox } from './philox'
import { scratch } from './scratch'

/** Values for which {@link philox} makes words at a time. */
const BLOCK: i32 = 16

/** Runs one task of an operation on random numbers. Traps on a number that it does not know. */
export function random(op: i32, args: usize, task: i32): void {
  switch (op) {
    case Op.randomSeed:
      store<i32>(address(args, 0), integer(args, 1))
      break
    case Op.randomDropout:
      dropout(args, task)
      break
    case Op.randomNormal:
      normal(args, task)
      break
    default:
      unreachable()
  }
}

/**
 * Multiplies with the scale where the random word of a value is not below the threshold, else with 0. Writes: out.
 * Reads: values, seed. Integers: count, tasks, threshold. Floats: scale.
 */
function dropout(args: usize, task: i32): void {
  const out = address(args, 0)
  const values = address(args, 1)
  const seed = load<i32>(address(args, 2))
  const count = integer(args, 3)
  const tasks = integer(args, 4)
  const threshold = i32x4.splat(integer(args, 5))
  const scale = f32x4.splat(float(args, 6))
  const words = scratch()
  const blocks = (count + BLOCK - 1) / BLOCK
  const end = shareStart(blocks, tasks, task + 1)
  for (let block = shareStart(blocks, tasks, task); block < end; block++) {
    philox(4 * block, seed, words)
    for (let i = 0; i < BLOCK && block * BLOCK + i < count; i += 4) {
      const lanes = count - (block * BLOCK + i)
      const place = <usize>(block * BLOCK + i) << 2
      const isKept = i32x4.ge_u(v128.load(words + (<usize>i << 2)), threshold)
      const kept = f32x4.mul(loadLanes(values + place, lanes), v128.and(scale, isKept))
      storeLanes(out + place, kept, lanes)
    }
  }
}

/** Writes: normal numbers. Reads: seed. Integers: count, tasks. Floats: mean, standard deviation. */
function normal(args: usize, task: i32): void {
  const out = address(args, 0)
  const seed = load<i32>(address(args, 1))
  const count = integer(args, 2)
  const tasks = integer(args, 3)
  const mean = f32x4.splat(float(args, 4))
  const deviation = f32x4.splat(float(args, 5))
  const words = scratch()
  const blocks = (count + BLOCK - 1) / BLOCK
  const end = shareStart(blocks, tasks, task + 1)
  for (let block = shareStart(blocks, tasks, task); block < end; block++) {
    philox(4 * block, seed, words)
    normals(words)
    normals(words + 32)
    for (let i = 0; i < BLOCK && block * BLOCK + i < count; i += 4) {
      const place = <usize>(block * BLOCK + i) << 2
      const value = f32x4.mul(v128.load(words + (<usize>i << 2)), deviation)
      storeLanes(out + place, f32x4.add(value, mean), count - (block * BLOCK + i))
    }
  }
}
