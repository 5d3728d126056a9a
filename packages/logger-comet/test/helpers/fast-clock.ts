import { onTestFinished, vi } from 'vitest'

/** Milliseconds of the fake clock for each turn of the event loop. */
const FAKE_MS = 20

/**
 * A clock for the logger (without a thread) and for the server, which goes on by as much at each turn
 * of the event loop, however long that takes. Requests and files are real, and their turns too.
 */
export function fastClock() {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
  })
  onTestFinished(() => void vi.useRealTimers())
  return {
    now: () => performance.now(),
    /** Lets time go by until the promise is settled. */
    async during<T>(work: Promise<T>): Promise<T> {
      let isSettled = false
      const settled = work.finally(() => {
        isSettled = true
      })
      // Its rejection is for who awaits the result.
      settled.catch(() => undefined)
      while (!isSettled) {
        vi.advanceTimersByTime(FAKE_MS)
        await new Promise((resolve) => setImmediate(resolve))
      }
      return settled
    },
  }
}
