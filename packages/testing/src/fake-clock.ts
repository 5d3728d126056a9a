import { replaceAll } from './replaced-globals.js'
import { FakeTimeout, TimerQueue } from './timer-queue.js'

/** Time that passes only when a test says so. */
export interface FakeClock {
  /** Milliseconds since the clock began. */
  readonly now: number
  /** Timers that wait. */
  readonly pending: number
  /**
   * Lets time pass. Each timer runs at its time, and after each the promises that it settled and
   * one turn of the real event loop are waited for.
   */
  advance(ms: number): Promise<void>
  /** Lets time pass inside a synchronous function. Timers that fall due run in the next `advance`. */
  elapse(ms: number): void
  /** Restores the real time. Timers that wait never run. May be called again. */
  restore(): void
  /** The same as `restore`: `using clock = fakeClock()`. */
  [Symbol.dispose](): void
}

/** How a fake clock begins. */
export interface FakeClockOptions {
  /** What `Date.now()` gives at first. Default: the beginning of the year 2000, UTC. */
  readonly date?: number | Date
}

let isInstalled = false
const nextTurn = setImmediate

/**
 * Replaces `performance.now`, `Date`, `setTimeout`, `setInterval` and their `clear…` until it is
 * restored. Real stay: `setImmediate`, `queueMicrotask`, `process.nextTick`, input and output, and
 * timers imported from `node:timers`.
 *
 * @throws if another fake clock is in place, or `ms` is negative or no number
 * @example
 * using clock = fakeClock()
 * setTimeout(() => console.log('a second later'), 1000)
 * await clock.advance(1000)
 */
export function fakeClock({
  date = Date.UTC(2000, 0, 1),
}: FakeClockOptions = {}): FakeClock {
  if (isInstalled)
    throw new Error('A fake clock is in place. Restore it before the next one.')
  const start = Number(date)
  const queue = new TimerQueue()
  const set =
    (isRepeated: boolean) =>
    (run: (...args: unknown[]) => void, delay?: unknown, ...args: unknown[]) =>
      queue.add(() => run(...args), delay, isRepeated)
  const clearer = (real: typeof clearTimeout) => (timer: unknown) => {
    if (typeof timer === 'object' && !(timer instanceof FakeTimeout))
      real(timer as NodeJS.Timeout)
    else queue.remove(timer)
  }
  const undo = replaceAll([
    [globalThis, 'setTimeout', set(false)],
    [globalThis, 'setInterval', set(true)],
    [globalThis, 'clearTimeout', clearer(clearTimeout)],
    [globalThis, 'clearInterval', clearer(clearInterval)],
    [globalThis, 'Date', dateFollowing(() => start + queue.time)],
    [performance, 'now', () => queue.time],
  ])
  isInstalled = true
  let isRestored = false
  const restore = () => {
    if (isRestored) return
    isRestored = true
    isInstalled = false
    undo()
  }
  return {
    get now() {
      return queue.time
    },
    get pending() {
      return queue.size
    },
    async advance(ms) {
      const end = queue.time + checked(ms)
      await turn()
      while (queue.runNext(end)) await turn()
      queue.time = Math.max(queue.time, end)
      await turn()
    },
    elapse(ms) {
      queue.time += checked(ms)
    },
    restore,
    [Symbol.dispose]: restore,
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => nextTurn(resolve))
}

function checked(ms: number): number {
  if (typeof ms === 'number' && ms >= 0) return ms
  throw new RangeError(`Time cannot go by ${ms} ms; give a number from 0.`)
}

function dateFollowing(now: () => number): DateConstructor {
  return new Proxy(Date, {
    apply: (real) => new real(now()).toString(),
    construct: (real, args, target) =>
      Reflect.construct(real, args.length === 0 ? [now()] : args, target) as Date,
    get: (real, key) =>
      key === 'now' ? () => Math.trunc(now()) : Reflect.get(real, key),
  })
}
