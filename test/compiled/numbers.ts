/** Numbers in [-1, 1) that are the same in every run, and in curves.py. */
export function numbers(length: number, seed: number): Float32Array {
  let state = ((seed * 2654435761) % 2 ** 32) | 0
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return state / 2 ** 31
  })
}

/** Whole numbers from 0 to below `limit`, likewise. */
export function tokens(length: number, limit: number, seed: number): Int32Array {
  return Int32Array.from(numbers(length, seed), (value) => Math.floor(((value + 1) / 2) * limit))
}
