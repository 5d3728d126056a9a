/** A list of numbers that grows without making a new array for each. */
export class GrowingNumbers {
  #values = new Float64Array(64)
  /** How many there are. */
  length = 0

  push(value: number): void {
    if (this.length === this.#values.length) {
      const wider = new Float64Array(2 * this.length)
      wider.set(this.#values)
      this.#values = wider
    }
    this.#values[this.length++] = value
  }

  /** All of them, as a view that is right until the next `push`. */
  view(): Float64Array {
    return this.#values.subarray(0, this.length)
  }
}
