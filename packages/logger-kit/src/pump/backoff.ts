import { type Clock, sleep } from '../clock.js'
import type { LoggerError } from '../writer/logger-error.js'

/** How long the waits between attempts are. */
export interface RetryPolicy {
  readonly baseMs: number
  readonly maxMs: number
}

/** Half a second, doubled each time, at most a minute. */
export const defaultRetry: RetryPolicy = { baseMs: 500, maxMs: 60_000 }

/**
 * How long to wait before the next attempt: what the service asks for, else a random share of a wait
 * that doubles ("full jitter", Exponential Backoff And Jitter, AWS Architecture Blog 2015).
 *
 * @param failures failures in a row so far, at least 1
 * @param random from 0 to 1
 */
export function backoffMs(
  { baseMs, maxMs }: RetryPolicy,
  { failures, retryAfterMs }: { failures: number; retryAfterMs?: number | undefined },
  random: number,
): number {
  if (retryAfterMs !== undefined) return retryAfterMs
  return Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 30)) * random
}

/** How long the end of a run waits for a service that does not answer at all. */
const UNREACHABLE_MS = 5000
/** The longest wait between attempts once a run is at its end, unless the service asks for more. */
const HURRIED_WAIT_MS = 1000

/** What a {@link Backoff} works with. */
export interface BackoffOptions {
  readonly clock: Clock
  readonly retry: RetryPolicy
  /** From 0 to 1. */
  readonly random: () => number
}

/** What failures have led to: a pause that all wait for, or the end of sending. */
export class Backoff {
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

  constructor({ clock, retry, random }: BackoffOptions) {
    this.#clock = clock
    this.#policy = retry
    this.#random = random
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
  failed({ kind, retryAfterMs }: LoggerError): void {
    const now = this.#clock.now()
    if (kind === 'retry') this.#failingSince ??= now
    const isFirst = now >= this.#pausedUntil
    const isAskedFor = retryAfterMs !== undefined
    if (!isFirst && !isAskedFor) return

    if (isFirst) this.#failures++
    const failures = this.#failures
    const wait = backoffMs(this.#policy, { failures, retryAfterMs }, this.#random())
    const isShort = this.#hurryingSince !== undefined && !isAskedFor
    const until = now + (isShort ? Math.min(wait, HURRIED_WAIT_MS) : wait)
    this.#pausedUntil = Math.max(this.#pausedUntil, until)
    this.#isAskedFor = isAskedFor || (!isFirst && this.#isAskedFor)
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
    if (!this.#isAskedFor)
      this.#pausedUntil = Math.min(this.#pausedUntil, now + HURRIED_WAIT_MS)
  }

  /** When the end of a run gives up, at the latest. */
  givesUpAt(deadline: number): number {
    if (this.refusal || this.#pausedUntil > deadline) return Number.NEGATIVE_INFINITY
    if (this.#failingSince === undefined || this.#hurryingSince === undefined)
      return deadline
    const since = Math.max(this.#failingSince, this.#hurryingSince)
    return Math.min(deadline, since + UNREACHABLE_MS)
  }
}
