// Runs over vectors of four words, whose last one may be a part of a vector.

import { SCRATCH_BYTES, scratch } from './scratch'

/** Bytes at the end of a thread's scratch that runs over vectors use. */
export const SPARE_BYTES: usize = 128

/** Place `index` of a vector that a run may use: 0 to 3. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function spare(index: usize): usize {
  return scratch() + SCRATCH_BYTES - SPARE_BYTES + (index << 4)
}

/** Eight words for the indices of a cursor. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function spareState(): usize {
  return spare(4)
}

/** Copies less than a vector. */
export function copyBytes(to: usize, from: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i++) store<u8>(to + i, load<u8>(from + i))
}

/** The number of elements of `task`, each task but the last having `perTask` of `count`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function share(count: i32, perTask: i32, task: i32): i32 {
  return min(perTask, count - task * perTask)
}
