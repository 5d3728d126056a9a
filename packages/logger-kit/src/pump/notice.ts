import type { Clock } from '../clock.js'

/** Something that may be waited for, as often as one likes. */
export class Notice {
  readonly #clock: Clock
  #waiting: (() => void)[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Wakes everybody who waits now. */
  give(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }

  /** Until the next {@link give}, at most so long. */
  wait(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      let cancel = () => {}
      const wake = () => {
        cancel()
        resolve()
      }
      this.#waiting.push(wake)
      if (ms === undefined || ms === Number.POSITIVE_INFINITY) return
      cancel = this.#clock.after(ms, () => {
        this.#waiting = this.#waiting.filter((one) => one !== wake)
        resolve()
      })
    })
  }
}
