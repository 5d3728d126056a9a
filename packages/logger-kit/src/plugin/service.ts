import type { LoggerService } from '@regimen/core'
import type { Counts } from '../delivery/report.js'
import type { OpenResult } from '../writer/log-writer.js'

/** The service `logger` as the kit provides it. Fields are known once the writer has opened the run. */
export interface LoggerHandle extends LoggerService {
  readonly id: string
  readonly runId: string | undefined
  readonly experiment: string | undefined
  readonly version: string | number | undefined
  readonly url: string | undefined
  readonly logDir: string | undefined
  /** What became of the records so far. */
  readonly counts: Counts
}

/** Loggers find each other by their services, whichever copy of this package they are of. */
const HURRY: unique symbol = Symbol.for('regimen.logger-hurry') as never

/** A logger that another logger can notify that the run is about to end. */
interface Hurried {
  readonly [HURRY]: () => void
}

/**
 * Tells the loggers of a run that its end has begun, so that they deliver while another is waited for. For
 * loggers that are not made by `loggerPlugin` and may wait long in their tap of `teardown`.
 *
 * @param loggers the services `logger` of the run
 */
export function hurryAll(loggers: readonly object[]): void {
  for (const logger of loggers) (logger as Partial<Hurried>)[HURRY]?.()
}

/** Where the service finds what it shows, at the moment it is asked. */
export interface ServiceSource {
  readonly name: string
  readonly id: string
  readonly runId: string | undefined
  readonly counts: Counts
  /** What the writer said when it opened the run. */
  readonly opened: OpenResult
  /** The end of the run begins, here or with another logger. */
  hurry(): void
}

/** The service `logger` of a logger. */
export function loggerService(source: ServiceSource): LoggerHandle & Hurried {
  return {
    name: source.name,
    id: source.id,
    get runId() {
      return source.runId
    },
    get experiment() {
      return source.opened.name
    },
    get version() {
      return source.opened.version
    },
    get url() {
      return source.opened.url
    },
    get logDir() {
      return source.opened.logDir
    },
    get counts() {
      return source.counts
    },
    [HURRY]: () => source.hurry(),
  }
}
