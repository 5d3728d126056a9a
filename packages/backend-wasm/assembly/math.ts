// Functions of four float32 at a time, within about 2 units in the last place of the true value.
// They are right at the zeros, the infinities and NaN, and where results overflow or underflow
// gradually. Polynomials follow Cephes (S. Moshier), fdlibm's reductions, and for erf N. Juffa.

// @ts-ignore: decorators are AssemblyScript's
@inline
export function splat(value: f32): v128 {
  return f32x4.splat(value)
}

/** `a` where the mask is set, else `b`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function choose(mask: v128, a: v128, b: v128): v128 {
  return v128.bitselect(a, b, mask)
}

/** `a * b + c`, rounded once in the build with relaxed SIMD where the processor can, else twice. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function mulAdd(a: v128, b: v128, c: v128): v128 {
  // @ts-ignore: a constant of the compiler
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : mulThenAdd(a, b, c)
}

/** `a * b + c`, rounded twice in every build. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function mulThenAdd(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c)
}

/** The magnitude of `x` with the sign of `sign`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function copySign4(x: v128, sign: v128): v128 {
  return v128.bitselect(sign, x, i32x4.splat(0x80000000))
}

/** Between bounds; NaN stays NaN. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function clamp(x: v128, lowest: f32, highest: f32): v128 {
  return f32x4.pmin(f32x4.pmax(x, splat(lowest)), splat(highest))
}

/** Added to a float32 below 2^22 it leaves the nearest whole number in the lowest bits. */
const ROUNDING: f32 = 12582912
const ROUNDING_BITS: i32 = 0x4b400000

/** The whole number nearest to `x / ln 2`, plus `ROUNDING`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function halvings(x: v128): v128 {
  return mulAdd(x, splat(1.44269504), splat(ROUNDING))
}

/** `2^k` for whole numbers from -126 to 127, of which all but the lowest 9 bits may be anything. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function power2(k: v128): v128 {
  return i32x4.add(i32x4.shl(k, 23), i32x4.splat(0x3f800000))
}

/** `e^(x - n ln 2) - 1` for the `n` nearest to `x / ln 2`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function reducedExpm1(x: v128, n: v128): v128 {
  const high = f32x4.sub(x, f32x4.mul(n, splat(0.693359375)))
  const r = mulAdd(n, splat(2.12194440e-4), high)
  let p = mulAdd(splat(1.9875691500e-4), r, splat(1.3981999507e-3))
  p = mulAdd(p, r, splat(8.3334519073e-3))
  p = mulAdd(p, r, splat(4.1665795894e-2))
  p = mulAdd(p, r, splat(1.6666665459e-1))
  p = mulAdd(p, r, splat(5.0000001201e-1))
  return mulAdd(p, f32x4.mul(r, r), r)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
export function exp4(x: v128): v128 {
  const clamped = clamp(x, -104, 89)
  const rounded = halvings(clamped)
  const p = f32x4.add(reducedExpm1(clamped, f32x4.sub(rounded, splat(ROUNDING))), splat(1))
  // in two steps, as 2^k may be no normal number
  const k = i32x4.sub(rounded, i32x4.splat(ROUNDING_BITS))
  const half = i32x4.shr_s(k, 1)
  return f32x4.mul(f32x4.mul(p, power2(half)), power2(i32x4.sub(k, half)))
}

/** `e^x - 1`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function expm1_4(x: v128): v128 {
  const clamped = clamp(x, -80, 89)
  const rounded = halvings(clamped)
  const p = reducedExpm1(clamped, f32x4.sub(rounded, splat(ROUNDING)))
  const half = power2(i32x4.sub(rounded, i32x4.splat(1)))
  const sum = mulAdd(p, half, f32x4.sub(half, splat(0.5)))
  return choose(f32x4.lt(f32x4.abs(x), splat(1e-8)), x, f32x4.add(sum, sum))
}

/** The natural logarithm of positive normal numbers, to which `ln 2` is added `shift` times. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function normalLog4(x: v128, shift: v128): v128 {
  const bits = i32x4.sub(x, i32x4.splat(0x3f3504f3))
  const e = f32x4.add(f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23)), shift)
  const mantissa = v128.and(bits, i32x4.splat(0x7fffff))
  const f = f32x4.sub(i32x4.add(mantissa, i32x4.splat(0x3f3504f3)), splat(1))
  let p = mulAdd(splat(7.0376836292e-2), f, splat(-1.1514610310e-1))
  p = mulAdd(p, f, splat(1.1676998740e-1))
  p = mulAdd(p, f, splat(-1.2420140846e-1))
  p = mulAdd(p, f, splat(1.4249322787e-1))
  p = mulAdd(p, f, splat(-1.6668057665e-1))
  p = mulAdd(p, f, splat(2.0000714765e-1))
  p = mulAdd(p, f, splat(-2.4999993993e-1))
  p = mulAdd(p, f, splat(3.3333331174e-1))
  p = f32x4.sub(f32x4.mul(p, f), splat(0.5))
  const low = mulAdd(p, f32x4.mul(f, f), f32x4.mul(e, splat(-2.12194440e-4)))
  return mulAdd(e, splat(0.693359375), f32x4.add(f, low))
}

/** The natural logarithm. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function log4(x: v128): v128 {
  const isDenormal = f32x4.lt(x, splat(1.17549435e-38))
  const scaled = choose(isDenormal, f32x4.mul(x, splat(8388608)), x)
  const y = normalLog4(scaled, v128.and(isDenormal, splat(-23)))
  const isOrdinary = v128.and(f32x4.gt(x, splat(0)), f32x4.lt(x, splat(Infinity)))
  const atZero = choose(f32x4.eq(x, splat(0)), splat(-Infinity), f32x4.sqrt(x))
  return choose(isOrdinary, y, atZero)
}

/** `log(1 + x)`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function log1p_4(x: v128): v128 {
  const one = splat(1)
  const sum = f32x4.add(x, one)
  const lostAbove = f32x4.sub(one, f32x4.sub(sum, x))
  const lostBelow = f32x4.sub(x, f32x4.sub(sum, one))
  const lost = choose(f32x4.gt(x, one), lostAbove, lostBelow)
  const y = f32x4.add(normalLog4(sum, splat(0)), f32x4.div(lost, sum))
  const isTiny = f32x4.lt(f32x4.abs(x), splat(1e-8))
  const isOrdinary = v128.and(f32x4.gt(sum, splat(0)), f32x4.lt(sum, splat(Infinity)))
  const atZero = choose(f32x4.eq(sum, splat(0)), splat(-Infinity), f32x4.sqrt(sum))
  return choose(isTiny, x, choose(isOrdinary, y, atZero))
}

/** `log(1 + e^x)`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function softplus4(x: v128): v128 {
  const e = exp4(f32x4.neg(f32x4.abs(x)))
  const sum = f32x4.add(e, splat(1))
  const lost = f32x4.sub(e, f32x4.sub(sum, splat(1)))
  const bend = f32x4.add(normalLog4(sum, splat(0)), f32x4.div(lost, sum))
  return f32x4.add(bend, f32x4.max(x, splat(0)))
}

// @ts-ignore: decorators are AssemblyScript's
@inline
export function tanh4(x: v128): v128 {
  const size = f32x4.abs(x)
  const double = f32x4.pmax(f32x4.mul(size, splat(-2)), splat(-40))
  const rounded = halvings(double)
  const p = reducedExpm1(double, f32x4.sub(rounded, splat(ROUNDING)))
  const power = power2(rounded)
  const expm1 = mulAdd(p, power, f32x4.sub(power, splat(1)))
  const y = f32x4.div(expm1, f32x4.sub(splat(-2), expm1))
  return copySign4(choose(f32x4.lt(size, splat(1e-4)), size, y), x)
}

/** `1 / (1 + e^-x)`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function sigmoid4(x: v128): v128 {
  const e = exp4(f32x4.neg(f32x4.abs(x)))
  const numerator = choose(f32x4.lt(x, splat(0)), e, splat(1))
  return f32x4.div(numerator, f32x4.add(e, splat(1)))
}

// @ts-ignore: decorators are AssemblyScript's
@inline
export function erf4(x: v128): v128 {
  const size = f32x4.abs(x)
  const square = f32x4.mul(x, x)
  let far = mulAdd(splat(-1.72853470e-5), size, splat(3.83197126e-4))
  far = mulAdd(far, square, mulAdd(splat(-3.88396438e-3), size, splat(2.42546219e-2)))
  far = mulAdd(far, size, splat(-1.06777877e-1))
  far = mulAdd(far, size, splat(-6.34846687e-1))
  far = mulAdd(far, size, splat(-1.28717512e-1))
  far = f32x4.sub(f32x4.mul(far, size), size)
  far = f32x4.sub(splat(1), exp4(far))
  // beyond 4 the polynomial turns and erf rounds to 1
  far = choose(f32x4.gt(size, splat(4)), splat(1), far)
  let near = mulAdd(splat(-5.96761703e-4), square, splat(4.99119423e-3))
  near = mulAdd(near, square, splat(-2.67681349e-2))
  near = mulAdd(near, square, splat(1.12819925e-1))
  near = mulAdd(near, square, splat(-3.76125336e-1))
  near = mulAdd(near, square, splat(1.28379166e-1))
  near = mulAdd(near, size, size)
  return copySign4(choose(f32x4.gt(size, splat(0.927734375)), far, near), x)
}

/** `1 / sqrt(x)`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function rsqrt4(x: v128): v128 {
  return f32x4.div(splat(1), f32x4.sqrt(x))
}
