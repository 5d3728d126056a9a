// Normal numbers from random words, by G. Box and M. Muller, "A note on the generation of random normal
// deviates" (1958). Of 24 bits each, so that none is beyond 5.8.

import { choose, log4, mulAdd, splat } from './math'

/** Replaces two vectors of random words by normal numbers of mean 0 and deviation 1. */
export function normals(words: usize): void {
  const first = i32x4.shr_u(v128.load(words), 8)
  const second = i32x4.shr_u(v128.load(words, 16), 8)
  const share = f32x4.mul(f32x4.convert_i32x4_s(i32x4.add(first, i32x4.splat(1))), splat(5.9604644775390625e-8))
  const radius = f32x4.sqrt(f32x4.mul(splat(-2), log4(share)))
  const quarters = f32x4.mul(f32x4.convert_i32x4_s(second), splat(2.384185791015625e-7))
  const turned = f32x4.nearest(quarters)
  const angle = f32x4.mul(f32x4.sub(quarters, turned), splat(1.57079633))
  const square = f32x4.mul(angle, angle)
  let sine = mulAdd(splat(-1.9515295891e-4), square, splat(8.3321608736e-3))
  sine = mulAdd(sine, square, splat(-1.6666654611e-1))
  sine = mulAdd(f32x4.mul(sine, square), angle, angle)
  let cosine = mulAdd(splat(2.443315711809948e-5), square, splat(-1.388731625493765e-3))
  cosine = mulAdd(cosine, square, splat(4.166664568298827e-2))
  cosine = mulAdd(f32x4.mul(cosine, square), square, mulAdd(splat(-0.5), square, splat(1)))
  const quadrant = i32x4.trunc_sat_f32x4_s(turned)
  const isOdd = i32x4.ne(v128.and(quadrant, i32x4.splat(1)), i32x4.splat(0))
  const x = choose(isOdd, sine, cosine)
  const y = choose(isOdd, cosine, sine)
  const next = i32x4.add(quadrant, i32x4.splat(1))
  v128.store(words, f32x4.mul(radius, v128.xor(x, signOf(next))))
  v128.store(words, f32x4.mul(radius, v128.xor(y, signOf(quadrant))), 16)
}

/** The sign bit where a quadrant is the third or fourth. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function signOf(quadrant: v128): v128 {
  return i32x4.shl(v128.and(quadrant, i32x4.splat(2)), 30)
}
