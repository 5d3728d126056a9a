import { atMost } from '../clock.js'

/** How many records are in memory, and waiting until there are fewer. */
export class MemoryLimit {
  readonly #limit: number
  readonly #patienceMs: number
  #count = 0
  #wakes: (() => void)[] = []
  /** Nothing has been freed since somebody waited in vain. */
  #isStuck = false

  /** @param patienceMs the longest that {@link wait} waits while nothing is freed */
  constructor(limit: number, patienceMs: number) {
    this.#limit = limit
    this.#patienceMs = patienceMs
  }

  get isReached(): boolean {
    return this.#count > this.#limit
  }

  take(count: number): void {
    this.#count += count
  }

  free(count: number): void {
    this.#count -= count
    this.#isStuck = false
    for (const wake of this.#wakes.splice(0)) wake()
  }

  /** Waits until there is room; not at all while nothing has been freed since the last time. */
  async wait(): Promise<void> {
    if (this.#isStuck) return
    const before = this.#count
    while (this.isReached) {
      const freed = new Promise<void>((resolve) => this.#wakes.push(resolve))
      if (await atMost(this.#patienceMs, freed)) continue
      this.#isStuck = this.#count >= before
      return
    }
  }
}
