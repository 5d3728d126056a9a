// A place in a tensor of up to 8 axes, each with a stride per operand: for loops over axes whose
// number is known at run time. Its state lies in memory: an index per axis.

import { integer } from './arguments'

/**
 * The offset in elements of `index`, counted along the last axis first. Sizes and strides are words
 * at `sizes` and `strides`, one per axis. Writes the index of each axis to `state`.
 */
export function seek(state: usize, sizes: usize, strides: usize, rank: i32, index: i32): i32 {
  let offset = 0
  for (let axis = rank - 1; axis >= 0; axis--) {
    const size = integer(sizes, axis)
    const along = index % size
    index /= size
    store<i32>(state + ((<usize>axis) << 2), along)
    offset += along * integer(strides, axis)
  }
  return offset
}

/**
 * Moves `state` by one. @returns the axis whose index grew; those after it begin anew; -1 at the
 * end
 */
export function advance(state: usize, sizes: usize, rank: i32): i32 {
  for (let axis = rank - 1; axis >= 0; axis--) {
    const place = state + ((<usize>axis) << 2)
    const along = load<i32>(place) + 1
    if (along < integer(sizes, axis)) {
      store<i32>(place, along)
      return axis
    }
    store<i32>(place, 0)
  }
  return -1
}

/**
 * By how many elements an operand moves when the index of `axis` grew and those after it begin
 * anew.
 */
export function moved(sizes: usize, strides: usize, rank: i32, axis: i32): i32 {
  let offset = axis < 0 ? 0 : integer(strides, axis)
  for (let after = axis + 1; after < rank; after++) {
    offset -= (integer(sizes, after) - 1) * integer(strides, after)
  }
  return offset
}
