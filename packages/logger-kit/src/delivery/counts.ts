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
