import { philox } from './philox.js'

/** A place in a run that draws random numbers of its own. Whole numbers, taken modulo 2^32. */
export interface Place {
  /** Which kind of section. */
  readonly kind: number
  /** The epoch, or how many validations came before. */
  readonly period: number
  /** The batch of the epoch, or which evaluation. */
  readonly index: number
}

const TWO_TO_32 = 2 ** 32

/**
 * The number in [0, 1) that a place draws as its `drawn`-th (0-based): 53 random bits, put together
 * as `genrand_res53` of Matsumoto and Nishimura does. Depends on nothing else, so that a run that
 * was interrupted draws what it would have drawn.
 *
 * @param seed a whole number from 0 to `Number.MAX_SAFE_INTEGER`
 */
export function randomAt(seed: number, { kind, period, index }: Place, drawn: number): number {
  const counter = [drawn >>> 0, kind >>> 0, index >>> 0, period >>> 0] as const
  const [first, second] = philox(counter, [seed >>> 0, Math.floor(seed / TWO_TO_32)])
  return ((first >>> 5) * 2 ** 26 + (second >>> 6)) / 2 ** 53
}

/** Whether two places are the same. */
export function isSamePlace(a: Place, b: Place): boolean {
  return a.kind === b.kind && a.period === b.period && a.index === b.index
}
