/** Time, so that tests can be fast: milliseconds since 1970, and calls that come later. */
export interface Clock {
  now(): number
  /** Calls once, later. Keeps no process alive. @returns a function that cancels the call */
  after(ms: number, call: () => void): () => void
}

const MAX_TIMEOUT = 2 ** 31 - 1

/** The time of day at the start and a steady clock from there on. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, Math.min(ms, MAX_TIMEOUT))
    timer.unref?.()
    return () => clearTimeout(timer)
  },
}

/** Waits. @throws the signal's reason when it is aborted */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const abort = () => {
      cancel()
      reject(signal?.reason)
    }
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', abort)
      resolve()
    })
    signal?.addEventListener('abort', abort, { once: true })
  })
}

/** Waits for a promise that does not reject, at most so long. */
export async function within(
  clock: Clock,
  ms: number,
  promise: Promise<unknown>,
): Promise<void> {
  let cancel = () => {}
  const timeout = new Promise<void>((resolve) => {
    cancel = clock.after(ms, resolve)
  })
  await Promise.race([promise, timeout])
  cancel()
}

/**
 * Waits for a promise, at most so long, and keeps the process alive meanwhile.
 *
 * @returns whether it settled in time
 */
export function atMost(ms: number, promise: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms)
    const done = () => {
      clearTimeout(timer)
      resolve(true)
    }
    promise.then(done, done)
  })
}

/** Something that changes, for as many to wait for as like. */
export class Condition {
  readonly #clock: Clock
  #waiting: (() => void)[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Wakes everybody who waits now. */
  notify(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }

  /** Waits until the next {@link notify}, at most so long. */
  wait(ms = Number.POSITIVE_INFINITY): Promise<void> {
    return new Promise((resolve) => {
      let cancel = () => {}
      const wake = () => {
        cancel()
        resolve()
      }
      this.#waiting.push(wake)
      if (ms === Number.POSITIVE_INFINITY) return
      cancel = this.#clock.after(ms, () => {
        this.#waiting = this.#waiting.filter((other) => other !== wake)
        resolve()
      })
    })
  }
}
