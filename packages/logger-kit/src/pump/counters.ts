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
  /** Delivered by this run for an earlier one, or after waiting on disk. */
  readonly replayed: number
  /** Requests that were made again. */
  readonly retries: number
  /** Delivered, perhaps twice: the connection broke after they were sent. */
  readonly possibleDuplicates: number
}
