/** A source of numbers in [0, 1). */
export type Random = () => number

/** Numbers that depend on a seed and the place of a batch only: a resumed run draws the same. */
export function randomAt(seed: number, epoch: number, batch: number): Random {
  let state = 0x9e3779b9
  for (const part of [seed, epoch, batch])
    state = scrambled(state ^ scrambled(part + 0x7f4a7c15))
  return () => {
    state = (state + 0x6d2b79f5) | 0
    return scrambled(state) / 2 ** 32
  }
}

/** Mixes the bits of a 32-bit word (the finalizer of MurmurHash3). */
function scrambled(word: number): number {
  let bits = word | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}

/** A draw of Beta(alpha, alpha), from two of the gamma distribution. */
export function beta(alpha: number, random: Random): number {
  const [first, second] = [gamma(alpha, random), gamma(alpha, random)]
  // Of a tiny alpha both may be 0: the distribution is then all at its ends.
  if (first + second === 0) return random() < 0.5 ? 0 : 1
  return first / (first + second)
}

/** A draw of Gamma(shape, 1), by Marsaglia and Tsang, "A simple method for generating gamma variables" (2000). */
function gamma(shape: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, random) * (1 - random()) ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = normal(random)
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v))
      return d * v
  }
}

/** A draw of the normal distribution, by Box and Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** An order of `count` rows, by Fisher and Yates. */
export function permutation(count: number, random: Random): number[] {
  const order = Array.from({ length: count }, (_, index) => index)
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const held = order[last] as number
    order[last] = order[other] as number
    order[other] = held
  }
  return order
}

/** Rows and columns of an image, the ends exclusive. */
export interface Box {
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
}

/** A box with the share `1 - lambda` of an image around a point of it, cut at the edges. */
export function boxOf(
  lambda: number,
  height: number,
  width: number,
  random: Random,
): Box {
  const half = Math.sqrt(1 - lambda) / 2
  const [halfHeight, halfWidth] = [Math.floor(half * height), Math.floor(half * width)]
  const [row, column] = [Math.floor(random() * height), Math.floor(random() * width)]
  return {
    top: Math.max(0, row - halfHeight),
    bottom: Math.min(height, row + halfHeight),
    left: Math.max(0, column - halfWidth),
    right: Math.min(width, column + halfWidth),
  }
}

/** The share of an image that a box leaves. */
export function shareLeft(
  { top, bottom, left, right }: Box,
  height: number,
  width: number,
): number {
  return 1 - ((bottom - top) * (right - left)) / (height * width)
}
