import { quote } from '../checks.js'
import { randomSeed } from '../random.js'

/** A seed that is given, or made once and kept in the state. */
export class SeedMemory {
  readonly #fixed: number | undefined
  readonly #owner: string
  value: number

  constructor(fixed: number | undefined, owner: string) {
    this.#fixed = fixed
    this.#owner = owner
    this.value = fixed ?? randomSeed()
  }

  /** @throws TypeError for no seed, RangeError for another one than was given */
  load(saved: unknown): void {
    if (!Number.isSafeInteger(saved)) {
      throw new TypeError(
        `The state to restore has the seed ${quote(saved)}; give what state() of ${this.#owner} returned.`,
      )
    }
    if (this.#fixed !== undefined && saved !== this.#fixed) {
      throw new RangeError(
        `The state to restore was saved by ${this.#owner} with the seed ${quote(saved)}, but this one has ${this.#fixed}. Make it with the same seed.`,
      )
    }
    this.value = saved as number
  }
}
