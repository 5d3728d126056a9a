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
  /** Delivered, perhaps twice: it could not be told whether the first time had arrived. */
  readonly possibleDuplicates: number
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
  damaged: 0,
})

/** Adds counts to others. */
export function addCounts(sum: Counters, more: Counts): void {
  for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += more[name]
}

const number = (value: number): string => value.toLocaleString('en-US')

/**
 * The line at the end of a run: `comet: 12,480 sent, 0 lost, 2 retries, 310 spooled and replayed`.
 *
 * @param syncCommand what delivers the rest, where there is one
 */
export function reportLine(label: string, counts: Counts, syncCommand: string): string {
  const { sent, rejected, dropped, coalesced, spooled, replayed, retries } = counts
  const { possibleDuplicates, damaged } = counts
  const parts = [
    `${number(sent)} sent`,
    `${number(rejected + dropped + coalesced + damaged)} lost${reasons(counts)}`,
    retries > 0 && `${number(retries)} ${retries === 1 ? 'retry' : 'retries'}`,
    replayed > 0 && `${number(replayed)} spooled and replayed`,
    possibleDuplicates > 0 && `${number(possibleDuplicates)} perhaps twice`,
    spooled > 0 && `${number(spooled)} on disk, which "${syncCommand}" delivers`,
  ]
  return `${label}: ${parts.filter(Boolean).join(', ')}`
}

function reasons({ rejected, dropped, coalesced, damaged }: Counts): string {
  const parts = [
    rejected > 0 && `${number(rejected)} refused`,
    dropped > 0 && `${number(dropped)} for want of room`,
    coalesced > 0 && `${number(coalesced)} for a newer value`,
    damaged > 0 && `${number(damaged)} unreadable`,
  ].filter(Boolean)
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}
