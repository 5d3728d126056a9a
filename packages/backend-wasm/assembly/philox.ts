// Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC11): random
// words as a function of a counter and a key, so that no result depends on an earlier one.

/** Bytes of {@link philox}. */
export const PHILOX_BYTES: usize = 64

/**
 * Four random words for each of the counters `block`, …, `block + 3`, whose upper words are 0: at `to` the first
 * words of all four, then the second ones, and so on. The key is `(seed, 0)`.
 */
export function philox(block: i32, seed: i32, to: usize): void {
  const firstFactor = i32x4.splat(0xd2511f53)
  const secondFactor = i32x4.splat(0xcd9e8d57)
  let a = i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3))
  let b = i32x4.splat(0)
  let c = b
  let d = b
  let low = seed
  let high = 0
  for (let round = 0; round < 10; round++) {
    const first01 = i64x2.extmul_low_i32x4_u(firstFactor, a)
    const first23 = i64x2.extmul_high_i32x4_u(firstFactor, a)
    const second01 = i64x2.extmul_low_i32x4_u(secondFactor, c)
    const second23 = i64x2.extmul_high_i32x4_u(secondFactor, c)
    a = v128.xor(v128.xor(upper(second01, second23), b), i32x4.splat(low))
    b = lower(second01, second23)
    c = v128.xor(v128.xor(upper(first01, first23), d), i32x4.splat(high))
    d = lower(first01, first23)
    low += 0x9e3779b9
    high += 0xbb67ae85
  }
  v128.store(to, a)
  v128.store(to, b, 16)
  v128.store(to, c, 32)
  v128.store(to, d, 48)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function lower(products01: v128, products23: v128): v128 {
  return i32x4.shuffle(products01, products23, 0, 2, 4, 6)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function upper(products01: v128, products23: v128): v128 {
  return i32x4.shuffle(products01, products23, 1, 3, 5, 7)
}
