import type { WriterRecord } from '../writer/records.js'

/** A record on its way, with the spool file that keeps it until it is delivered. */
export interface Queued {
  readonly record: WriterRecord
  /** Whether it may have been delivered before. */
  isDoubtful: boolean
  /** Absent if the record is only in memory. */
  readonly segment: number | undefined
  /** Whether it was read back from disk. */
  readonly isReplayed: boolean
}

/**
 * What to do with metrics that neither memory nor disk has room for: keep the latest value of each
 * name, or drop the oldest. Both are counted. Anything but metrics is never dropped.
 */
export type BackPressure = 'coalesce' | 'drop-oldest'

/** What becomes of metrics that there is no room for. */
export interface Overflow {
  readonly policy: BackPressure
  dropped(count: number): void
  coalesced(count: number): void
}

const NO_OVERFLOW: Overflow = {
  policy: 'drop-oldest',
  dropped: () => undefined,
  coalesced: () => undefined,
}

/** Records in memory that wait to be delivered, oldest first. */
export class RecordQueue {
  readonly #limit: number
  readonly #overflow: Overflow
  #records: Queued[] = []
  #head = 0

  /** @param limit of the records that {@link shrink} leaves; by default there is none */
  constructor(limit = Number.POSITIVE_INFINITY, overflow: Overflow = NO_OVERFLOW) {
    this.#limit = limit
    this.#overflow = overflow
  }

  get size(): number {
    return this.#records.length - this.#head
  }

  get isFull(): boolean {
    return this.size >= this.#limit
  }

  push(queued: Queued): void {
    this.#records.push(queued)
  }

  /** A record by its place, the oldest by default; nothing beyond the end. */
  peek(place = 0): Queued | undefined {
    return this.#records[this.#head + place]
  }

  shift(): void {
    this.#head++
    if (this.#head < 1024 || this.#head * 2 < this.#records.length) return
    this.#records = this.#records.slice(this.#head)
    this.#head = 0
  }

  /** Takes the oldest records. */
  take(count: number): Queued[] {
    const taken = this.#records.slice(this.#head, this.#head + count)
    for (let index = 0; index < taken.length; index++) this.shift()
    return taken
  }

  /** Puts records back that could not be delivered: they are the oldest. */
  putBack(records: readonly Queued[]): void {
    this.#records = [...records, ...this.#records.slice(this.#head)]
    this.#head = 0
  }

  /** Makes room if there are too many, by giving up metrics that no disk has. */
  shrink(): void {
    if (this.size <= this.#limit) return
    const waiting = this.#records.slice(this.#head)
    const kept = this.#overflow.policy === 'coalesce' ? newestOf(waiting) : waiting
    this.#overflow.coalesced(waiting.length - kept.length)
    let excess = kept.length - this.#limit
    this.#records = kept.filter((queued) => !(isVolatile(queued) && excess-- > 0))
    this.#overflow.dropped(kept.length - this.#records.length)
    this.#head = 0
  }
}

const isVolatile = ({ record, segment }: Queued): boolean =>
  record.kind === 'metric' && segment === undefined

/** Without metrics in memory for which a newer value of the same name waits. */
function newestOf(waiting: readonly Queued[]): Queued[] {
  const seen = new Set<string>()
  const kept = [...waiting].reverse().filter((queued) => {
    if (!isVolatile(queued) || queued.record.kind !== 'metric') return true
    const { name, source, interval } = queued.record
    const key = `${source} ${interval} ${name}`
    return !seen.has(key) && seen.add(key) !== undefined
  })
  return kept.reverse()
}
