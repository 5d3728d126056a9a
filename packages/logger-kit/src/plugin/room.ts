import { atMost } from './at-most.js'

/** How many records are in memory, and waiting until there are fewer. */
export class Room {
  readonly #limit: number
  readonly #patienceMs: number
  #taken = 0
  #wakes: (() => void)[] = []
  /** Nothing has moved since somebody waited in vain. */
  #isStuck = false

  constructor(limit: number, patienceMs: number) {
    this.#limit = limit
    this.#patienceMs = patienceMs
  }

  get isFull(): boolean {
    return this.#taken > this.#limit
  }

  take(count: number): void {
    this.#taken += count
  }

  free(count: number): void {
    this.#taken -= count
    this.#isStuck = false
    for (const wake of this.#wakes.splice(0)) wake()
  }

  /** Waits for room, at most so long; not at all while nothing has moved since the last time. */
  async wait(): Promise<void> {
    if (this.#isStuck) return
    const before = this.#taken
    while (this.isFull) {
      const freed = new Promise<void>((resolve) => this.#wakes.push(resolve))
      if (await atMost(this.#patienceMs, freed)) continue
      this.#isStuck = this.#taken >= before
      return
    }
  }
}
