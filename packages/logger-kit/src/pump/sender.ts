import type { Queued } from '../record/record-queue.js'
import type { LogWriter } from '../writer/log-writer.js'
import { failureOf, isDivisible, LoggerError } from '../writer/logger-error.js'
import type { RecordKind } from '../writer/records.js'
import type { Backoff } from './backoff.js'
import type { RateLimiter } from './rate-limiter.js'

/** Called with what becomes of records, as it happens. */
export interface SendListener {
  /** Delivered, or refused for good. */
  settled(done: readonly Queued[], rejected: readonly Queued[]): void
  retried(): void
  /** A failure with a message for a person. */
  failed(failure: LoggerError): void
  /** The service takes nothing more in this run. */
  refused(failure: LoggerError): void
}

/** What a {@link Sender} works with. */
export interface SenderOptions {
  readonly writer: LogWriter
  readonly rateLimiter: RateLimiter
  readonly backoff: Backoff
  /** Aborted when nothing more is begun; what is on its way may come to its end. */
  readonly halting: AbortController
  readonly listener: SendListener
  /** Called when something has changed that the end of a run may wait for. */
  progressed(): void
}

/** What is left of a batch, to be tried again; in smaller parts if it is `isTooLarge`. */
export interface Unsent {
  readonly again: readonly Queued[]
  readonly isTooLarge: boolean
}

const NOTHING: Unsent = { again: [], isTooLarge: false }

/** Gives batches to the writer and deals with what it throws. */
export class Sender {
  readonly #options: SenderOptions
  readonly #idempotent: ReadonlySet<RecordKind>
  readonly #sending = new Set<readonly Queued[]>()
  /** Sent without an answer, and not delivered since. */
  readonly #unconfirmed = new Set<Queued>()

  constructor(options: SenderOptions) {
    this.#options = options
    this.#idempotent = new Set(options.writer.capabilities.idempotent)
  }

  /** Whether the writer has records at the moment. */
  get isSending(): boolean {
    return this.#sending.size > 0
  }

  /** Records that may have arrived, and of which a second one would be left. */
  get doubtful(): Queued[] {
    const sending = [...this.#sending].flat().filter((queued) => this.#mayRepeat(queued))
    return [...new Set([...sending, ...this.#unconfirmed])]
  }

  /** Waits for limits and pauses, then delivers. Never rejects. */
  async deliver(batch: readonly Queued[]): Promise<Unsent> {
    const { rateLimiter, backoff, halting, writer } = this.#options
    const [first] = batch
    if (!first) return NOTHING
    try {
      await rateLimiter.take(first.record.kind, batch.length, halting.signal)
      await backoff.pause(halting.signal)
    } catch {
      return { again: batch, isTooLarge: false }
    }
    this.#sending.add(batch)
    try {
      const records = batch.map(({ record }) => record)
      const result = await writer.write(records).finally(() => this.#answered(batch))
      const rejected = result?.rejected ?? []
      this.#settle(batch, new Set(rejected.map(({ seq }) => seq)))
      for (const { code, message } of rejected) {
        this.#options.listener.failed(new LoggerError('permanent', `${code}: ${message}`))
      }
      return NOTHING
    } catch (thrown) {
      return await this.#failed(batch, failureOf(thrown))
    }
  }

  /** Says what failed and waits as long as it asks for. */
  async afterFailure(failure: LoggerError): Promise<void> {
    const { halting, listener, backoff } = this.#options
    if (halting.signal.aborted) return
    if (failure.kind === 'auth') return this.refuse(failure)
    listener.failed(failure)
    if (failure.kind === 'permanent') return
    backoff.failed(failure)
    listener.retried()
    this.#options.progressed()
    await backoff.pause(halting.signal).catch(() => undefined)
  }

  /** The service takes nothing more. */
  refuse(failure: LoggerError): void {
    const { halting, listener, backoff } = this.#options
    if (backoff.refusal) return
    backoff.refusal = failure
    listener.refused(failure)
    halting.abort(failure)
    this.#options.progressed()
  }

  #answered(batch: readonly Queued[]): void {
    this.#sending.delete(batch)
    this.#options.progressed()
  }

  async #failed(batch: readonly Queued[], failure: LoggerError): Promise<Unsent> {
    const delivered = new Set(failure.done)
    const isDelivered = ({ record }: Queued) => delivered.has(record.seq)
    if (delivered.size > 0) this.#settle(batch.filter(isDelivered))
    const rest = batch.filter((queued) => !isDelivered(queued))
    if (failure.kind === 'permanent') {
      if (rest.length > 1 && isDivisible(failure))
        return { again: rest, isTooLarge: true }
      this.#settle(rest, new Set(rest.map(({ record }) => record.seq)))
      this.#options.listener.failed(failure)
      return NOTHING
    }
    if (failure.isAmbiguous) this.#doubt(rest)
    await this.afterFailure(failure)
    return { again: rest, isTooLarge: false }
  }

  #doubt(batch: readonly Queued[]): void {
    for (const queued of batch) {
      if (!this.#mayRepeat(queued)) continue
      queued.isDoubtful = true
      this.#unconfirmed.add(queued)
    }
  }

  #settle(batch: readonly Queued[], refused: ReadonlySet<number> = new Set()): void {
    const { backoff, listener } = this.#options
    backoff.succeeded()
    for (const queued of batch) this.#unconfirmed.delete(queued)
    const isRefused = ({ record }: Queued) => refused.has(record.seq)
    const rejected = refused.size === 0 ? [] : batch.filter(isRefused)
    const done = refused.size === 0 ? batch : batch.filter((queued) => !isRefused(queued))
    listener.settled(done, rejected)
  }

  #mayRepeat({ record }: Queued): boolean {
    return !this.#idempotent.has(record.kind)
  }
}
