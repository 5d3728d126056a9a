import type { MetricCell } from './metric-cell.js'
import { type Metrics, missing, released } from './metrics.js'

/** The metrics of one step: valid until the hook has ended. */
export class StepMetrics implements Metrics {
  readonly #cells: ReadonlyMap<string, MetricCell>
  readonly #aliases: ReadonlyMap<string, MetricCell>
  readonly #stamp: number
  readonly #origin: string
  #isReleased = false

  constructor(
    cells: ReadonlyMap<string, MetricCell>,
    aliases: ReadonlyMap<string, MetricCell>,
    stamp: number,
    origin: string,
  ) {
    this.#cells = cells
    this.#aliases = aliases
    this.#stamp = stamp
    this.#origin = origin
  }

  get names(): readonly string[] {
    return this.#current().map((cell) => cell.name)
  }

  get progress(): readonly string[] {
    return this.#current()
      .filter((cell) => cell.options.progress)
      .map((cell) => cell.name)
  }

  has(name: string): boolean {
    return this.#find(name) !== undefined
  }

  get(name: string): Promise<number> {
    if (this.#isReleased) return Promise.reject(released(name))
    const cell = this.#find(name)
    return cell ? cell.read() : Promise.reject(missing(name, this.#origin, this.names))
  }

  atHand(name: string): number | undefined {
    return this.#isReleased ? undefined : this.#find(name)?.value
  }

  /** Ends the time in which values may be read. */
  release(): void {
    this.#isReleased = true
  }

  #find(name: string): MetricCell | undefined {
    const cell = this.#cells.get(name) ?? this.#aliases.get(name)
    return cell?.stamp === this.#stamp ? cell : undefined
  }

  #current(): MetricCell[] {
    return [...this.#cells.values()].filter((cell) => cell.stamp === this.#stamp)
  }
}
