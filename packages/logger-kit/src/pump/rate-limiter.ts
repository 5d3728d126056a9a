import { type Clock, sleep } from '../clock.js'
import type { Capabilities, Rate } from '../writer/log-writer.js'
import type { RecordKind } from '../writer/records.js'

/**
 * A token bucket. It holds a sixtieth of what may be sent, so that no window, wherever it begins,
 * sees more than a sixtieth over the rate.
 */
export class TokenBucket {
  readonly #perMs: number
  readonly #capacity: number
  #tokens: number
  #refilledAt: number

  constructor({ count, perMs }: Rate, now: number) {
    this.#perMs = count / perMs
    this.#capacity = Math.max(1, count / 60)
    this.#tokens = this.#capacity
    this.#refilledAt = now
  }

  /** Takes tokens and gives the milliseconds to wait before they are used. */
  take(count: number, now: number): number {
    const refilled = this.#tokens + (now - this.#refilledAt) * this.#perMs
    this.#tokens = Math.min(this.#capacity, refilled) - count
    this.#refilledAt = now
    const needed = Math.min(count, this.#capacity)
    return Math.max(0, (needed - count - this.#tokens) / this.#perMs)
  }
}

/** Keeps to the rates of a service, over all runs that are delivered to it from here. */
export class RateLimiter {
  readonly #buckets = new Map<string, TokenBucket>()
  readonly #rates: NonNullable<Capabilities['rates']>
  readonly #clock: Clock

  constructor(rates: Capabilities['rates'], clock: Clock) {
    this.#rates = rates ?? {}
    this.#clock = clock
  }

  /** Waits until records may be sent. @throws the signal's reason */
  async take(kind: RecordKind, count: number, signal: AbortSignal): Promise<void> {
    const name = this.#rates[kind] ? kind : 'rest'
    const rate = this.#rates[name]
    if (!rate) return
    const bucket = this.#buckets.get(name) ?? new TokenBucket(rate, this.#clock.now())
    this.#buckets.set(name, bucket)
    const wait = bucket.take(count, this.#clock.now())
    if (wait > 0) await sleep(this.#clock, wait, signal)
  }
}
