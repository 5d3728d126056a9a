import type { Queued } from '../spool/backlog.js'
import { LoggerError } from '../writer/logger-error.js'
import type { RecordKind } from '../writer/records.js'
import { failureOf, isDivisible } from './failure.js'
import type { PumpParts } from './pump-parts.js'
import type { Recovery } from './recovery.js'

/** What is left of a batch, to be tried again; in smaller parts where it is `isTooLarge`. */
export interface Unsent {
  readonly again: readonly Queued[]
  readonly isTooLarge: boolean
}

const NOTHING: Unsent = { again: [], isTooLarge: false }

/** Gives batches to the writer and deals with what it throws. */
export class Sender {
  readonly #parts: PumpParts
  readonly #recovery: Recovery
  readonly #idempotent: ReadonlySet<RecordKind>
  readonly #sending = new Set<readonly Queued[]>()
  /** Sent without an answer, and not delivered since. */
  readonly #unsure = new Set<Queued>()
  /** Told when something has changed that the end of a run may wait for. */
  readonly #progressed: () => void

  constructor(parts: PumpParts, recovery: Recovery, progressed: () => void) {
    this.#parts = parts
    this.#recovery = recovery
    this.#idempotent = new Set(parts.writer.capabilities.idempotent)
    this.#progressed = progressed
  }

  /** Whether the writer has records at the moment. */
  get isSending(): boolean {
    return this.#sending.size > 0
  }

  /** Records that may have arrived, and of which a second one would be left. */
  get doubtful(): Queued[] {
    const sending = [...this.#sending].flat().filter((one) => this.#mayRepeat(one))
    return [...new Set([...sending, ...this.#unsure])]
  }

  /** Waits for limits and pauses, then delivers. Never rejects. */
  async deliver(batch: readonly Queued[]): Promise<Unsent> {
    const { pacer, halting, writer } = this.#parts
    try {
      await pacer.take((batch[0] as Queued).record.kind, batch.length, halting.signal)
      await this.#recovery.pause(halting.signal)
    } catch {
      return { again: batch, isTooLarge: false }
    }
    this.#sending.add(batch)
    const sent = () => {
      this.#sending.delete(batch)
      this.#progressed()
    }
    try {
      const result = await writer.write(batch.map(({ record }) => record)).finally(sent)
      this.#settle(batch, new Set(result?.rejected?.map(({ seq }) => seq)))
      for (const { code, message } of result?.rejected ?? []) {
        this.#parts.listener.failed(new LoggerError('permanent', `${code}: ${message}`))
      }
      return NOTHING
    } catch (thrown) {
      return await this.#failed(batch, failureOf(thrown))
    }
  }

  /** Says what failed and waits as long as it asks for. */
  async afterFailure(failure: LoggerError): Promise<void> {
    const { halting, listener, backlog } = this.#parts
    if (halting.signal.aborted) return
    if (failure.kind === 'auth') return this.refuse(failure)
    listener.failed(failure)
    if (failure.kind === 'permanent') return
    listener.retried()
    this.#recovery.failed(failure)
    backlog.shrink()
    this.#progressed()
    await this.#recovery.pause(halting.signal).catch(() => undefined)
  }

  /** The service takes nothing more. */
  refuse(failure: LoggerError): void {
    if (this.#recovery.refusal) return
    this.#recovery.refusal = failure
    this.#parts.listener.refused(failure)
    this.#parts.halting.abort(failure)
    this.#progressed()
  }

  async #failed(batch: readonly Queued[], failure: LoggerError): Promise<Unsent> {
    const delivered = new Set(failure.done)
    const isDelivered = ({ record }: Queued) => delivered.has(record.seq)
    if (delivered.size > 0) this.#settle(batch.filter(isDelivered))
    const rest = batch.filter((one) => !isDelivered(one))
    if (failure.kind === 'permanent') {
      if (rest.length > 1 && isDivisible(failure)) return { again: rest, isTooLarge: true }
      this.#settle(rest, new Set(rest.map(({ record }) => record.seq)))
      this.#parts.listener.failed(failure)
      return NOTHING
    }
    if (failure.isAmbiguous) this.#doubt(rest)
    await this.afterFailure(failure)
    return { again: rest, isTooLarge: false }
  }

  #doubt(batch: readonly Queued[]): void {
    for (const one of batch) {
      if (!this.#mayRepeat(one)) continue
      one.isDoubtful = true
      this.#unsure.add(one)
    }
  }

  #settle(batch: readonly Queued[], refused: ReadonlySet<number> = new Set()): void {
    this.#recovery.succeeded()
    for (const one of batch) this.#unsure.delete(one)
    const isRefused = ({ record }: Queued) => refused.has(record.seq)
    const rejected = refused.size === 0 ? [] : batch.filter(isRefused)
    const done = refused.size === 0 ? batch : batch.filter((one) => !isRefused(one))
    this.#parts.listener.settled(done, rejected)
  }

  #mayRepeat({ record }: Queued): boolean {
    return !this.#idempotent.has(record.kind)
  }
}
