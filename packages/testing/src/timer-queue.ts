/** A function that waits for its time. */
interface Timer {
  readonly run: () => void
  readonly every: number | undefined
  dueMs: number
}

/** Timers and the time that they follow, in milliseconds from 0. Earlier ones first, then older ones. */
export class TimerQueue {
  /** Milliseconds since the clock began. */
  time = 0
  readonly #timers = new Map<number, Timer>()
  #lastId = 0

  /** Timers that wait. */
  get size(): number {
    return this.#timers.size
  }

  /** Adds a timer. A delay that is no number from 1 to 2^31 - 1 counts as 1, as in Node. */
  add(run: () => void, delay: unknown, isRepeated: boolean): FakeTimeout {
    const ms = Math.trunc(Number(delay))
    const wait = ms >= 1 && ms < 2 ** 31 ? ms : 1
    const id = ++this.#lastId
    const timer: Timer = {
      run,
      dueMs: this.time + wait,
      every: isRepeated ? wait : undefined,
    }
    this.#timers.set(id, timer)
    const restart = () => {
      timer.dueMs = this.time + wait
      this.#timers.delete(id)
      this.#timers.set(id, timer)
    }
    return new FakeTimeout(id, { restart, remove: () => this.remove(id) })
  }

  /** Removes a timer, by what {@link add} returned or its number. */
  remove(timer: unknown): void {
    this.#timers.delete(Number(timer))
  }

  /** Runs the next timer that is due by a time and moves to its time; false if there is none. */
  runNext(end: number): boolean {
    let next: readonly [number, Timer] | undefined
    for (const entry of this.#timers)
      if (!next || entry[1].dueMs < next[1].dueMs) next = entry
    if (!next || next[1].dueMs > end) return false
    const [id, timer] = next
    this.time = Math.max(this.time, timer.dueMs)
    this.#timers.delete(id)
    if (timer.every !== undefined) {
      timer.dueMs = this.time + timer.every
      this.#timers.set(id, timer)
    }
    timer.run()
    return true
  }
}

/** What `setTimeout` returns in Node, as far as code uses it. */
export class FakeTimeout {
  readonly #id: number
  readonly #actions: { readonly restart: () => void; readonly remove: () => void }
  #isReferenced = true

  constructor(
    id: number,
    actions: { readonly restart: () => void; readonly remove: () => void },
  ) {
    this.#id = id
    this.#actions = actions
  }

  ref(): this {
    this.#isReferenced = true
    return this
  }

  unref(): this {
    this.#isReferenced = false
    return this
  }

  hasRef(): boolean {
    return this.#isReferenced
  }

  refresh(): this {
    this.#actions.restart()
    return this
  }

  close(): this {
    this.#actions.remove()
    return this
  }

  [Symbol.toPrimitive](): number {
    return this.#id
  }

  [Symbol.dispose](): void {
    this.#actions.remove()
  }
}
