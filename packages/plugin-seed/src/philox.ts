/** Four unsigned 32-bit words. */
export type Words = readonly [number, number, number, number]

const ROUNDS = 10
const [FIRST_MULTIPLIER, SECOND_MULTIPLIER] = [0xd2511f53, 0xcd9e8d57] as const
const [LOW_STEP, HIGH_STEP] = [0x9e3779b9, 0xbb67ae85] as const

/**
 * Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3"
 * (SC11): four random words for each counter. Different counters and keys give different words, and
 * no result depends on an earlier one.
 */
export function philox(counter: Words, key: readonly [number, number]): Words {
  let [a, b, c, d] = counter
  let [low, high] = key
  for (let round = 0; round < ROUNDS; round++) {
    const first = multiplyHigh(FIRST_MULTIPLIER, a)
    const second = multiplyHigh(SECOND_MULTIPLIER, c)
    const last = Math.imul(FIRST_MULTIPLIER, a)
    a = second ^ b ^ low
    b = Math.imul(SECOND_MULTIPLIER, c)
    c = first ^ d ^ high
    d = last
    low = (low + LOW_STEP) | 0
    high = (high + HIGH_STEP) | 0
  }
  return [a >>> 0, b >>> 0, c >>> 0, d >>> 0]
}

/** The upper 32 bits of the product of two 32-bit words; their signs do not matter. */
function multiplyHigh(left: number, right: number): number {
  const leftHigh = left >>> 16
  const leftLow = left & 0xffff
  const rightHigh = right >>> 16
  const rightLow = right & 0xffff
  const middle = leftHigh * rightLow + ((leftLow * rightLow) >>> 16)
  const carried = leftLow * rightHigh + (middle & 0xffff)
  return (leftHigh * rightHigh + (middle >>> 16) + (carried >>> 16)) | 0
}
