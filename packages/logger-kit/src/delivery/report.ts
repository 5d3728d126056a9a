import { isAbsolute, relative } from 'node:path'
import { type LoggerError, messageOf } from '../writer/logger-error.js'

/** What became of a logger's records, in numbers of records. */
export interface Counts {
  /** Logged, of the kinds that the logger takes. */
  readonly logged: number
  /** Delivered and confirmed. */
  readonly sent: number
  /** Refused by the service for good. */
  readonly rejected: number
  /** Lost for want of room. */
  readonly dropped: number
  /** Metric values given up for a newer one of the same name, for want of room. */
  readonly coalesced: number
  /** On disk and not delivered: `regimen sync` delivers them. */
  readonly spooled: number
  /** Delivered after having waited on disk only, those of earlier runs included. */
  readonly replayed: number
  /** Requests that were made again. */
  readonly retries: number
  /** Delivered, perhaps twice: nobody knows whether the first time had arrived. */
  readonly possibleDuplicates: number
  /** Of those spooled: sent without an answer, so that they may arrive twice. */
  readonly unconfirmed: number
  /** Lines of the spool that could not be read back. */
  readonly damaged: number
}

/** Counts that are still changing. */
export type Counters = { -readonly [Name in keyof Counts]: Counts[Name] }

/** Nothing yet. */
export const noCounts = (): Counters => ({
  logged: 0,
  sent: 0,
  rejected: 0,
  dropped: 0,
  coalesced: 0,
  spooled: 0,
  replayed: 0,
  retries: 0,
  possibleDuplicates: 0,
  unconfirmed: 0,
  damaged: 0,
})

/** Adds counts to others. */
export function addCounts(sum: Counters, more: Counts): void {
  for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += more[name]
}

/** Counts of a writer, with what was lost on the way to it. */
export const withLost = (counts: Counts, { dropped, logged }: Counts): Counts => ({
  ...counts,
  dropped: counts.dropped + dropped,
  logged: counts.logged + logged,
})

/** Where the records of a run went, and where those wait that did not. */
export interface Places {
  /** Folder of the files that were written. */
  readonly logDir?: string | undefined
  /** Where a person finds the run. */
  readonly url?: string | undefined
  /** Folder of all runs. */
  readonly rootDir: string
}

/**
 * What a person reads at the end of a run: how many records went where, what was lost and why, and
 * what to do about those that wait.
 */
export function reportLine(counts: Counts, places: Places): string {
  return [
    sentSentence(counts, places),
    lostSentence(counts),
    leftSentence(counts, places),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ')
}

function sentSentence(counts: Counts, { logDir, url }: Places): string {
  const { sent, retries, replayed, possibleDuplicates } = counts
  const place = logDir === undefined ? '' : ` to ${shortPath(logDir)}`
  const where = logDir === undefined && url !== undefined ? `: ${url}` : ''
  const details = [
    retries > 0 && `after ${many(retries, 'retry', 'retries')}`,
    replayed > 0 && `${number(replayed)} had waited on disk`,
    possibleDuplicates > 0 && `${number(possibleDuplicates)} may be there twice`,
  ].filter(Boolean)
  const more = details.length === 0 ? '' : ` (${details.join(', ')})`
  const verb = logDir === undefined ? 'delivered' : 'written'
  return `${records(sent)} ${verb}${place}${more}${where === '' ? '.' : where}`
}

function lostSentence({ rejected, dropped, coalesced, damaged }: Counts): string {
  const lost = rejected + dropped + coalesced + damaged
  const reasons = [
    rejected > 0 && `${number(rejected)} refused`,
    dropped > 0 && `${number(dropped)} for want of room`,
    coalesced > 0 && `${number(coalesced)} for a newer value`,
    damaged > 0 && `${number(damaged)} unreadable`,
  ].filter(Boolean)
  return lost === 0 ? '' : `${records(lost)} lost: ${reasons.join(', ')}.`
}

function leftSentence({ spooled, unconfirmed }: Counts, { rootDir }: Places): string {
  if (spooled === 0) return ''
  const isOne = spooled === 1
  const wait = `${records(spooled)} ${isOne ? 'waits' : 'wait'} on disk`
  const command = `regimen sync ${argument(shortPath(rootDir))}`
  const way = `${wait}: "${command}" delivers ${isOne ? 'it' : 'them'}.`
  if (unconfirmed === 0) return way
  return `${way} ${number(unconfirmed)} of them had no answer and may then be there twice.`
}

const number = (value: number): string => value.toLocaleString('en-US')
const many = (count: number, one: string, several: string): string =>
  `${number(count)} ${count === 1 ? one : several}`
const records = (count: number): string => many(count, 'record', 'records')

/** As seen from the current folder, if that is shorter. */
function shortPath(path: string): string {
  const seen = relative(process.cwd(), path) || '.'
  return isAbsolute(seen) || seen.startsWith('..') ? path : seen
}

/** A path as a shell takes it. */
const argument = (path: string): string =>
  /^[\w./\\:@+-]+$/.test(path) ? path : `'${path}'`

/** What a person is warned of: each cause once. */
export class Warnings {
  readonly #report: (level: 'info' | 'warn', message: string) => void
  readonly #spool: string | undefined
  readonly #reported = new Set<string>()

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
    const text = `The spool ${this.#spool ?? ''} cannot be written: ${messageOf(thrown)}`
    this.#once(
      'spool',
      `${sentence(text)} Records wait in memory, where a killed process loses them.`,
    )
  }

  /** An image or artifact could not be kept. */
  payload(record: object, thrown: unknown): void {
    const { kind, name } = record as { kind?: string; name?: string }
    this.#once(
      `payload ${kind}`,
      `${kind} "${name}" is lost: ${sentence(messageOf(thrown))}`,
    )
  }

  #once(cause: string, message: string): void {
    if (this.#reported.has(cause)) return
    this.#reported.add(cause)
    this.#report('warn', message)
  }
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

/** What the end of a run waits for, by a clock. */
export interface Waiting {
  /** Records that are not delivered; unknown of an earlier run. */
  readonly count: number | undefined
  /** When the end gives up, as things are now. */
  readonly until: number
  /** When it does at the latest. */
  readonly deadline: number
  readonly now: number
}

/** What is said while the end of a run waits, no longer than is known: what works is waited for. */
export function waitingLine({ count, until, deadline, now }: Waiting): string {
  const isOne = count === 1
  const number = isOne ? '1 record is' : `${count?.toLocaleString('en-US')} records are`
  const what = count === undefined ? 'Records of an earlier run are' : number
  const seconds = Math.max(1, Math.ceil((until - now) / 1000))
  const why = until < deadline ? ', since nothing gets through' : ''
  const patience = Number.isFinite(seconds) ? `, for at most ${seconds} s more${why}` : ''
  return `${what} still to be delivered${patience}.`
}

/** The same for the same cause: one message is enough for it. */
const causeOf = ({ kind, status, message }: LoggerError): string =>
  `${kind} ${status ?? message.replaceAll(/\d+/g, '#')}`
