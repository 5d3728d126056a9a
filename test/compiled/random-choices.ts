/** Choices that follow from a seed. */
export class Choices {
  #state: number

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 2654435761) | 0
    for (let i = 0; i < 3; i++) this.number()
  }

  /** From 0 to below 1. */
  number(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) | 0
    const mixed = Math.imul(this.#state ^ (this.#state >>> 15), 0x2c1b3c6d)
    return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor(this.number() * limit)
  }

  /** Whether something of this probability happens. */
  happens(probability: number): boolean {
    return this.number() < probability
  }

  one<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }

  /** The list in another order. */
  shuffled<T>(list: readonly T[]): T[] {
    const rest = [...list]
    return list.map(() => rest.splice(this.below(rest.length), 1)[0] as T)
  }

  /** Numbers in [-1, 1). */
  numbers(length: number): Float32Array {
    return Float32Array.from({ length }, () => this.number() * 2 - 1)
  }
}
