/**
 * The functions of the operations `unary`, `unaryTest`, `binary`, `binaryRows` and `chain` by number: their
 * first integer. Read by the AssemblyScript sources and by TypeScript. `p` and `q` are the two floats of a
 * launch.
 */
export enum Unary {
  copy = 1,
  abs = 2,
  ceil = 3,
  floor = 4,
  /** Halves go to the even neighbour. */
  round = 5,
  neg = 6,
  relu = 7,
  relu6 = 8,
  /** `x < 0 ? p * x : x` */
  leakyRelu = 9,
  reciprocal = 10,
  rsqrt = 11,
  sqrt = 12,
  square = 13,
  sign = 14,
  /** `x > 0 ? 1 : p` */
  step = 15,
  /** From `p` to `q`. */
  clip = 16,
  exp = 32,
  expm1 = 33,
  log = 34,
  log1p = 35,
  elu = 36,
  selu = 37,
  sigmoid = 38,
  softplus = 39,
  tanh = 40,
  sin = 41,
  cos = 42,
  tan = 43,
  sinh = 44,
  cosh = 45,
  erf = 46,
  asinh = 47,
  acosh = 48,
  atanh = 49,
  absInt = 64,
  negInt = 65,
  reluInt = 66,
  squareInt = 67,
  signInt = 68,
  /** From `p` to `q`, whole numbers. */
  clipInt = 69,
  intToFloat = 70,
  /** Without the fraction; NaN is 0. */
  floatToInt = 71,
}
