/** Time, so that tests can be fast: milliseconds since 1970, and calls that come later. */
export interface Clock {
  now(): number
  /** Calls once, later. Keeps no process alive. Gives a function that calls it off. */
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
export async function within(clock: Clock, ms: number, promise: Promise<unknown>): Promise<void> {
  let cancel = () => {}
  const patience = new Promise<void>((resolve) => {
    cancel = clock.after(ms, resolve)
  })
  await Promise.race([promise, patience])
  cancel()
}
