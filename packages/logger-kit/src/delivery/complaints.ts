import { causeOf } from '../pump/failure.js'
import type { LoggerError } from '../writer/logger-error.js'

/** Tells a person what goes wrong, once for each cause. */
export class Complaints {
  readonly #report: (level: 'info' | 'warn', message: string) => void
  readonly #spool: string | undefined
  readonly #told = new Set<string>()

  /** @param spool where records wait, if they do */
  constructor(report: (level: 'info' | 'warn', message: string) => void, spool?: string) {
    this.#report = report
    this.#spool = spool
  }

  /** Something failed that is tried again, or a record that is not. */
  failure(failure: LoggerError): void {
    const { kind, message } = failure
    const outcome = kind === 'permanent' ? 'What it was for is lost' : 'It is tried again'
    this.#once(causeOf(failure), `${sentence(message)} ${outcome}.`)
  }

  /** Nothing more is sent in this run. */
  refusal(failure: LoggerError): void {
    const kept = this.#spool
      ? `What is logged is kept in ${this.#spool}; once the cause is mended, "regimen sync" delivers it`
      : 'What is logged from now on is lost'
    this.#once(
      causeOf(failure),
      `${sentence(failure.message)} Nothing more is sent in this run. ${kept}.`,
    )
  }

  /** The spool cannot be written. */
  spool(thrown: unknown): void {
    const text = `The spool ${this.#spool ?? ''} cannot be written: ${textOf(thrown)}`
    this.#once(
      'spool',
      `${sentence(text)} Records wait in memory, where a killed process loses them.`,
    )
  }

  /** An image or artifact could not be kept. */
  payload(record: object, thrown: unknown): void {
    const { kind, name } = record as { kind?: string; name?: string }
    this.#once(`payload ${kind}`, `${kind} "${name}" is lost: ${sentence(textOf(thrown))}`)
  }

  #once(cause: string, message: string): void {
    if (this.#told.has(cause)) return
    this.#told.add(cause)
    this.#report('warn', message)
  }
}

const textOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown)

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
