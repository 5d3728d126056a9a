import type { Clock } from '../clock.js'
import type { Redactor } from '../http/redactor.js'
import type { ConnectionListener } from '../pump/connection.js'
import type { Entry, LooseEntry } from '../record/entry.js'
import type { BackPressure, Overflow, Queued } from '../record/record-queue.js'
import type { OpenResult } from '../writer/log-writer.js'
import type { LoggerError } from '../writer/logger-error.js'
import type { DeliveryHost } from './delivery.js'
import { discardPayload, storedEntry } from './payload.js'
import { type Counters, noCounts, Warnings, waitingLine } from './report.js'

const PROGRESS_MS = 2000

/** What a {@link Ledger} works with. */
export interface LedgerOptions {
  readonly host: DeliveryHost
  readonly redactor: Redactor
  /** Folder where images and artifacts wait. */
  readonly files: string
  /** Folder of the spool, if there is one. */
  readonly spool?: string | undefined
  /** Called when something is tried again. */
  retried(): void
  /** Called with records that need nothing more. */
  settled?(records: readonly Queued[]): void
}

/** What becomes of the records of a run: each is counted, and what goes wrong is said. */
export class Ledger implements ConnectionListener {
  readonly counts: Counters = noCounts()
  readonly warnings: Warnings
  readonly #options: LedgerOptions

  constructor(options: LedgerOptions) {
    this.#options = options
    this.warnings = new Warnings(
      (level, message) => this.report(level, message),
      options.spool,
    )
  }

  /** Records that were logged and of which nothing has become yet. */
  get unsettled(): number {
    const { logged, sent, rejected, dropped, coalesced } = this.counts
    return logged - sent - rejected - dropped - coalesced
  }

  /** A line for a person, without secrets. */
  report(level: 'info' | 'warn', message: string): void {
    const { host, redactor } = this.#options
    host.report(level, redactor.all(message))
  }

  /** The entries with their bytes in files, without those that are lost because of that. */
  stored(entries: readonly LooseEntry[]): Entry[] {
    return entries.flatMap((loose) => {
      try {
        return [storedEntry(loose, this.#options.files)]
      } catch (thrown) {
        this.counts.logged++
        this.#lose('dropped', 1)
        this.warnings.payload(loose, thrown)
        return []
      }
    })
  }

  /** Counts metrics that are given up for want of room. */
  overflow(policy: BackPressure): Overflow {
    return {
      policy,
      dropped: (count) => this.#lose('dropped', count),
      coalesced: (count) => this.#lose('coalesced', count),
    }
  }

  /**
   * Says what the end of the run waits for, once it has for a while.
   *
   * @param givesUpAt when it ends, as things are by then
   * @returns a function for when it waits no longer
   */
  explainWait(clock: Clock, deadline: number, givesUpAt: () => number, isReplay = false) {
    return clock.after(PROGRESS_MS, () => {
      const count = isReplay ? undefined : this.unsettled
      const wait = { count, until: givesUpAt(), deadline, now: clock.now() }
      this.#options.host.report('info', waitingLine(wait))
    })
  }

  opened(result: OpenResult): void {
    this.#options.host.opened(result)
  }

  settled(done: readonly Queued[], rejected: readonly Queued[]): void {
    const { counts } = this
    for (const { record, isReplayed, isDoubtful } of done) {
      // What the writer added itself is nothing that training logged.
      if (record.seq < 0) continue
      counts.sent++
      if (isReplayed) counts.replayed++
      if (isDoubtful) counts.possibleDuplicates++
    }
    counts.rejected += rejected.filter(({ record }) => record.seq > 0).length

    const settled = [...done, ...rejected]
    const inMemory = settled.filter(({ segment }) => segment === undefined).length
    if (inMemory > 0) this.#options.host.freed(inMemory)
    this.#options.settled?.(settled)
    for (const { record } of settled) discardPayload(record)
  }

  retried(): void {
    this.counts.retries++
    this.#options.retried()
  }

  failed(failure: LoggerError): void {
    this.warnings.failure(failure)
  }

  refused(failure: LoggerError): void {
    this.warnings.refusal(failure)
    this.#options.host.opened(undefined)
  }

  #lose(how: 'dropped' | 'coalesced', count: number): void {
    this.counts[how] += count
    if (count > 0) this.#options.host.freed(count)
  }
}
