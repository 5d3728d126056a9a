import type { PumpParts } from './pump-parts.js'

const BEAT_AFTER_FAILURE_MS = 3000
const SHORTEST_MS = 20

/** Lets a writer tell its service that the run is alive, as often as it asks for. */
export class Heart {
  readonly #parts: PumpParts
  #cancel = () => {}
  #beating: Promise<void> = Promise.resolve()

  constructor(parts: PumpParts) {
    this.#parts = parts
  }

  /** Beats from now on, where the writer has a heart. */
  start(): void {
    const { writer, clock, halting } = this.#parts
    if (!writer.heartbeat) return
    const again = (ms: number) => {
      if (halting.signal.aborted) return
      this.#cancel = clock.after(ms, () => this.start())
    }
    this.#beating = writer.heartbeat().then(
      (ms) => again(Math.max(ms, SHORTEST_MS)),
      () => again(BEAT_AFTER_FAILURE_MS),
    )
  }

  /** Beats no more. Resolves once the last beat is over. */
  stop(): Promise<void> {
    this.#cancel()
    return this.#beating
  }
}
