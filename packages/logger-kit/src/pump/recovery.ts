import { type Clock, sleep } from '../clock.js'
import type { LoggerError } from '../writer/logger-error.js'
import { type RetryPolicy, retryWait } from './retry.js'

/** How long the end of a run waits for a service that does not answer at all. */
const UNREACHABLE_MS = 5000
/** The longest wait between attempts once a run is at its end, unless the service asks for more. */
const HURRIED_WAIT_MS = 1000

/** What failures have led to: a pause that all wait for, or the end of sending. */
export class Recovery {
  readonly #clock: Clock
  readonly #policy: RetryPolicy
  readonly #random: () => number
  /** Why the service takes nothing more in this run. */
  refusal: LoggerError | undefined
  #failures = 0
  #failingSince: number | undefined
  #pausedUntil = 0
  #isAskedFor = false
  #hurryingSince: number | undefined

  constructor(parts: { clock: Clock; retry: RetryPolicy; random: () => number }) {
    this.#clock = parts.clock
    this.#policy = parts.retry
    this.#random = parts.random
  }

  /** Whether nothing gets through at the moment. */
  get isStalled(): boolean {
    return this.#failures > 0 || this.refusal !== undefined
  }

  succeeded(): void {
    this.#failures = 0
    this.#failingSince = undefined
  }

  /** Plans a pause after a failure that is tried again. Of several at a time the first counts. */
  failed(failure: LoggerError): void {
    const now = this.#clock.now()
    const { retryAfterMs } = failure
    if (failure.kind === 'retry') this.#failingSince ??= now
    const isFirst = now >= this.#pausedUntil
    if (isFirst) this.#failures++
    if (!isFirst && retryAfterMs === undefined) return
    const failures = this.#failures
    const wait = retryWait(this.#policy, { failures, retryAfterMs }, this.#random())
    const isAskedFor = retryAfterMs !== undefined
    this.#isAskedFor = isFirst ? isAskedFor : this.#isAskedFor || isAskedFor
    const isShort = this.#hurryingSince !== undefined && !isAskedFor
    const until = now + (isShort ? Math.min(wait, HURRIED_WAIT_MS) : wait)
    this.#pausedUntil = Math.max(this.#pausedUntil, until)
  }

  /** Waits while a pause lasts. @throws the signal's reason */
  async pause(signal: AbortSignal): Promise<void> {
    for (;;) {
      const left = this.#pausedUntil - this.#clock.now()
      if (left <= 0) return
      await sleep(this.#clock, left, signal)
    }
  }

  /** The run ends: waits that nobody asked for become short. */
  hurry(): void {
    const now = this.#clock.now()
    this.#hurryingSince ??= now
    if (!this.#isAskedFor) this.#pausedUntil = Math.min(this.#pausedUntil, now + HURRIED_WAIT_MS)
  }

  /** When the end of a run gives up, at the latest. */
  givesUpAt(deadline: number): number {
    if (this.refusal || this.#pausedUntil > deadline) return Number.NEGATIVE_INFINITY
    if (this.#failingSince === undefined || this.#hurryingSince === undefined) return deadline
    const patience = Math.max(this.#failingSince, this.#hurryingSince) + UNREACHABLE_MS
    return Math.min(deadline, patience)
  }
}
