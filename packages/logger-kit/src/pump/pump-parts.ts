import type { Clock } from '../clock.js'
import type { Backlog, Queued } from '../spool/backlog.js'
import type { LogWriter, OpenContext, OpenResult } from '../writer/log-writer.js'
import type { LoggerError } from '../writer/logger-error.js'
import type { Pacer } from './pacer.js'
import type { RetryPolicy } from './retry.js'

/** What became of records, told as it happens. */
export interface PumpListener {
  opened(result: OpenResult): void
  /** Delivered, or refused for good. */
  settled(done: readonly Queued[], rejected: readonly Queued[]): void
  retried(): void
  /** A failure with a message for a person. */
  failed(failure: LoggerError): void
  /** The service takes nothing more in this run. */
  refused(failure: LoggerError): void
}

/** What a pump is made of. */
export interface PumpParts {
  readonly writer: LogWriter
  readonly context: OpenContext
  readonly backlog: Backlog
  readonly pacer: Pacer
  readonly clock: Clock
  readonly random: () => number
  readonly retry: RetryPolicy
  readonly listener: PumpListener
  /** Aborted when nothing more is begun; what is on its way may come to its end. */
  readonly halting: AbortController
  /** Aborts what is on its way. */
  readonly ending: AbortController
}
