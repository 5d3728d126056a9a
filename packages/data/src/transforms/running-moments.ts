import { quote } from '../checks.js'

/** Mean and deviation of a column, one number per feature. */
export type Moments = {
  readonly mean: readonly number[]
  readonly std: readonly number[]
  /** Shape of what has them: of a row, or of its last dimension alone. */
  readonly shape: readonly number[]
}

/** Mean and deviation of features, number by number, in float64 (Welford 1962). */
export class RunningMoments {
  readonly #name: string
  #count = 0
  #mean = new Float64Array(0)
  /** Sums of squared differences from the mean. */
  #squares = new Float64Array(0)

  /** @param name of the column, for errors */
  constructor(name: string) {
    this.#name = name
  }

  /**
   * @param placesPerRow how many sets of features a row has, such as the pixels of an image
   * @throws RangeError for numbers that are not finite, and rows of another width
   */
  add(values: ArrayLike<number>, width: number, placesPerRow = 1): void {
    if (this.#count === 0) {
      this.#mean = new Float64Array(width)
      this.#squares = new Float64Array(width)
    }
    if (this.#mean.length !== width) {
      throw new RangeError(
        `Column ${quote(this.#name)} has ${this.#mean.length} features in one batch and ${width} in another; give all rows the same shape.`,
      )
    }
    for (let start = 0; start < values.length; start += width) {
      this.#count++
      for (let feature = 0; feature < width; feature++) {
        const value = values[start + feature] as number
        if (!Number.isFinite(value)) {
          throw new RangeError(
            `Column ${quote(this.#name)} has ${value} in row ${Math.floor((this.#count - 1) / placesPerRow)} of what normalize learns from; fill or leave out what is missing.`,
          )
        }
        const mean = this.#mean[feature] as number
        const moved = mean + (value - mean) / this.#count
        this.#mean[feature] = moved
        this.#squares[feature] =
          (this.#squares[feature] as number) + (value - mean) * (value - moved)
      }
    }
  }

  /** Mean and deviation of the whole (divided by n, not n - 1). */
  result(shape: readonly number[]): Moments {
    const std = this.#squares.map((sum) => Math.sqrt(sum / this.#count))
    return { mean: [...this.#mean], std: [...std], shape: [...shape] }
  }
}
