/** What decides an order: the same three numbers give the same order in every process. */
export interface OrderOptions {
  /** A whole number from 0 to `Number.MAX_SAFE_INTEGER`. */
  readonly seed: number
  /** Which of the seed's orders: the epoch's number. Taken modulo 2^32. */
  readonly stream: number
}

const TWO_TO_32 = 2 ** 32
const WARM_UP_ROUNDS = 12

/**
 * The numbers from 0 to `count - 1` in an order that depends on `seed` and `stream` alone
 * (Fisher and Yates' shuffle in Durstenfeld's form). No order depends on an earlier one, so any
 * epoch's can be made again without the epochs before it.
 */
export function shuffledIndices(
  count: number,
  { seed, stream }: OrderOptions,
): Uint32Array {
  const indices = Uint32Array.from({ length: count }, (_, index) => index)
  const random = sfc32(seed >>> 0, Math.floor(seed / TWO_TO_32), stream >>> 0)
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor((random() / TWO_TO_32) * (last + 1))
    const index = indices[last] as number
    indices[last] = indices[other] as number
    indices[other] = index
  }
  return indices
}

/** What decides a stream of numbers: each place of each epoch has one, whatever came before it. */
export interface RandomPlace {
  readonly seed: number
  readonly epoch: number
  /** The position of a sample in its epoch, from 0. */
  readonly position: number
}

/** Random numbers in [0, 1), of 53 bits, which depend on the place alone. */
export function randomAt({ seed, epoch, position }: RandomPlace): () => number {
  const high = Math.floor(seed / TWO_TO_32) | (1 << 30)
  const next = sfc32(seed >>> 0, high, position >>> 0, (epoch >>> 0) + 2)
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53
}

/** A seed from `Math.random`, so that whoever governs that governs this. */
export function randomSeed(): number {
  return Math.floor(Math.random() * TWO_TO_32)
}

/** Chris Doty-Humphrey's sfc32 (PractRand, public domain): whole numbers from 0 to 2^32 - 1. */
function sfc32(
  seedLow: number,
  seedHigh: number,
  stream: number,
  start = 1,
): () => number {
  let a = stream | 0
  let b = seedLow | 0
  let c = seedHigh | 0
  let counter = start | 0
  const next = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let round = 0; round < WARM_UP_ROUNDS; round++) next()
  return next
}

/** Whole numbers from 0 to `below - 1`, in an order that depends on `seed` and `stream` alone. */
export function randomIndices({ seed, stream }: OrderOptions): (below: number) => number {
  const random = sfc32(seed >>> 0, Math.floor(seed / TWO_TO_32), stream >>> 0)
  return (below) => Math.floor((random() / TWO_TO_32) * below)
}
