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
