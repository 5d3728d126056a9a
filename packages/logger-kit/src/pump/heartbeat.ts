import type { Clock } from '../clock.js'
import type { LogWriter } from '../writer/log-writer.js'

const AFTER_FAILURE_MS = 3000
const SHORTEST_MS = 20

/** Lets a writer tell its service that the run is alive, as often as it asks for. */
export class Heartbeat {
  readonly #writer: LogWriter
  readonly #clock: Clock
  readonly #signal: AbortSignal
  #cancel = () => {}
  #beat: Promise<void> = Promise.resolve()

  /** @param signal aborted when the beats are over */
  constructor(writer: LogWriter, clock: Clock, signal: AbortSignal) {
    this.#writer = writer
    this.#clock = clock
    this.#signal = signal
  }

  /** Beats from now on, if the writer does. */
  start(): void {
    if (!this.#writer.heartbeat) return
    this.#beat = this.#writer.heartbeat().then(
      (ms) => this.#startLater(Math.max(ms, SHORTEST_MS)),
      () => this.#startLater(AFTER_FAILURE_MS),
    )
  }

  /** Stops beating. Resolves once the last beat has ended. */
  stop(): Promise<void> {
    this.#cancel()
    return this.#beat
  }

  #startLater(ms: number): void {
    if (this.#signal.aborted) return
    this.#cancel = this.#clock.after(ms, () => this.start())
  }
}
