import { Histogram } from './histogram.js'

/** One line of the profile: a phase of the loop, a hook, or a plugin in a hook. */
export class Row {
  /** A phase in words, or the name of a hook. */
  readonly name: string
  readonly plugin: string | undefined
  /** How often it ended. */
  calls = 0
  /** Milliseconds, without those of rows that were measured inside it. */
  totalMs = 0
  readonly durations = new Histogram()
  #openMs = 0

  constructor(name: string, plugin?: string) {
    this.name = name
    this.plugin = plugin
  }

  /** Adds milliseconds to the current call. */
  charge(ms: number): void {
    this.totalMs += ms
    this.#openMs += ms
  }

  /** Ends the current call. */
  close(): void {
    this.calls++
    this.durations.add(this.#openMs)
    this.#openMs = 0
  }

  /** Hands the time of the current call to another row. */
  moveTo(other: Row): void {
    other.charge(this.#openMs)
    this.totalMs -= this.#openMs
    this.#openMs = 0
  }
}
