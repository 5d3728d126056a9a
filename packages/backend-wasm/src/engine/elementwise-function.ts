// The functions of elementwise operations by number, the first integer of a launch. Read by the AssemblyScript
// sources and by TypeScript.

/** Functions of `unary`, and of `chain` below 72. `p` and `q` are the two floats of a launch. */
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
  asin = 50,
  acos = 51,
  atan = 52,
  absInt = 64,
  negInt = 65,
  reluInt = 66,
  squareInt = 67,
  signInt = 68,
  /** From `p` to `q`, whole numbers. */
  clipInt = 69,
  intToFloat = 70,
  /** Without the fraction and modulo 2^32; NaN and infinities are 0. */
  floatToInt = 71,
  // four bytes to a bool
  isNaN = 72,
  isFinite = 73,
  isInfinite = 74,
  isNotZero = 75,
  isNotZeroInt = 76,
  // a bool to four bytes
  flagToFloat = 80,
  flagToInt = 81,
  // a bool to a bool
  not = 84,
  copyFlags = 85,
}

/** Functions of `binary` and `binaryRows`, and of `chain` below 144. */
export enum Binary {
  // float32
  add = 96,
  subtract = 97,
  multiply = 98,
  divide = 99,
  maximum = 100,
  minimum = 101,
  /** `(a - b)^2` */
  squaredDifference = 102,
  /** `a < 0 ? a * b : a` */
  prelu = 103,
  /** `a * (b < 0 ? b + 1 : 1)`, where `b` is what elu gave. */
  eluGradient = 104,
  floorDivide = 105,
  power = 112,
  /** With the sign of `b`. */
  modulo = 113,
  atan2 = 114,
  // int32
  addInt = 128,
  subtractInt = 129,
  multiplyInt = 130,
  maximumInt = 131,
  minimumInt = 132,
  squaredDifferenceInt = 133,
  /** 0 for a divisor of 0. */
  floorDivideInt = 136,
  moduloInt = 137,
  // float32 to bool
  equal = 144,
  notEqual = 145,
  less = 146,
  lessEqual = 147,
  greater = 148,
  greaterEqual = 149,
  // int32 to bool
  equalInt = 152,
  notEqualInt = 153,
  lessInt = 154,
  lessEqualInt = 155,
  greaterInt = 156,
  greaterEqualInt = 157,
  // bool
  and = 160,
  or = 161,
  equalFlags = 162,
  notEqualFlags = 163,
  lessFlags = 164,
  lessEqualFlags = 165,
  greaterFlags = 166,
  greaterEqualFlags = 167,
}

/** Where an operand or result of a step of a `chain` lies; added to its index. */
export enum Place {
  /** One of 8 blocks of a thread's own memory. */
  block = 0,
  /** An address of the launch that has an element for each element. */
  each = 256,
  /** An address of the launch with one element for all, as operand of a binary function only. */
  one = 512,
}
