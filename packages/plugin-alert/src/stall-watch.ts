/** The timer of a {@link StallWatch}; `globalThis` has one. */
export interface StallTimer {
  setTimeout(call: () => void, ms: number): unknown
  clearTimeout(timer: never): void
}

/** Calls once for each time that nothing has moved for too long. */
export class StallWatch {
  readonly #ms: number
  readonly #stalled: () => void
  readonly #timer: StallTimer
  #running: unknown

  constructor(ms: number, stalled: () => void, timer: StallTimer = globalThis) {
    this.#ms = ms
    this.#stalled = stalled
    this.#timer = timer
  }

  /** Something has moved: begins to wait anew. */
  moved(): void {
    this.stop()
    if (this.#ms === 0) return
    this.#running = this.#timer.setTimeout(() => {
      this.#running = undefined
      this.#stalled()
    }, this.#ms)
    // A run that waits for nothing else is at its end.
    ;(this.#running as { unref?(): void }).unref?.()
  }

  stop(): void {
    if (this.#running !== undefined) this.#timer.clearTimeout(this.#running as never)
    this.#running = undefined
  }
}
