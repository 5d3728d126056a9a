const hasImmediate = typeof setImmediate === 'function'

/**
 * Gives way to the event loop once in a while. A loop that awaits only settled promises starves
 * timers, signals and I/O.
 */
export class Breath {
  readonly #pauseAfter: number
  #last = performance.now()

  /** @param yieldEvery milliseconds; half of it is used, since the next batch may take as long again */
  constructor(yieldEvery: number) {
    this.#pauseAfter = yieldEvery / 2
  }

  /** Nothing where it is not yet time, else a promise of the next macrotask. */
  take(now: number): Promise<void> | undefined {
    if (now - this.#last < this.#pauseAfter) return undefined
    return macrotask().then(() => {
      this.#last = performance.now()
    })
  }
}

function macrotask(): Promise<void> {
  if (hasImmediate) return new Promise((resolve) => setImmediate(resolve))
  return new Promise((resolve) => {
    const channel = new MessageChannel()
    channel.port1.onmessage = () => {
      channel.port1.close()
      resolve()
    }
    channel.port2.postMessage(undefined)
  })
}
