// Runs over vectors of four words, whose last one may be a part of a vector.

import { SCRATCH_BYTES, scratch } from './scratch'

/** Bytes at the end of a thread's scratch that runs use for the last part of a vector. */
export const SPARE_BYTES: usize = 64

/** Place `index` of a vector that a run may use: 0 to 3. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function spare(index: usize): usize {
  return scratch() + SCRATCH_BYTES - SPARE_BYTES + (index << 4)
}

/** Copies one to three words. */
export function copyWords(to: usize, from: usize, words: i32): void {
  for (let i: usize = 0; i < (<usize>words) << 2; i += 4) store<u32>(to + i, load<u32>(from + i))
}

/** The number of elements of `task`, each task but the last having `perTask` of `count`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function share(count: i32, perTask: i32, task: i32): i32 {
  return min(perTask, count - task * perTask)
}
