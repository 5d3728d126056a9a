import type { Clock } from '../clock.js'
import type { Queued } from '../spool/backlog.js'
import type { WriterRecord } from '../writer/records.js'
import { type BatchLimits, batchLength } from './batch.js'
import { Notice } from './notice.js'
import type { Unsent } from './sender.js'

/** What a lane asks of the pump. */
export interface LaneOwner {
  readonly clock: Clock
  readonly limits: BatchLimits
  readonly flushMs: number
  /** Records that are not gathered any longer. */
  readonly dueItems: number
  readonly signal: AbortSignal
  /** Whether nothing is waited for: the run ends. */
  readonly isHurrying: boolean
  /** Fills lanes from the backlog. */
  feed(): void
  /** Waits for limits and pauses, then delivers; gives what must be tried again. Never throws. */
  deliver(batch: readonly Queued[]): Promise<Unsent>
  /** A lane has come to the end of a batch. */
  rested(): void
}

/** Delivers its records one batch after the other, so that none overtakes another. */
export class Lane {
  readonly wake: Notice
  readonly #owner: LaneOwner
  #queue: Queued[] = []
  #since = 0
  /** Of a batch that was refused and is tried in parts. */
  #partOf: number | undefined
  #isDelivering = false

  constructor(owner: LaneOwner) {
    this.#owner = owner
    this.wake = new Notice(owner.clock)
  }

  get isIdle(): boolean {
    return this.#queue.length === 0 && !this.#isDelivering
  }

  /** Whether it takes no more for now. */
  get isFull(): boolean {
    return this.#queue.length > this.#owner.limits.maxItems
  }

  add(one: Queued): void {
    if (this.#queue.length === 0) this.#since = this.#owner.clock.now()
    this.#queue.push(one)
  }

  /** Delivers until the pump ends. */
  async run(): Promise<void> {
    const { signal } = this.#owner
    while (!signal.aborted) {
      this.#owner.feed()
      const wait = this.#waitLeft()
      if (wait > 0) await this.wake.wait(wait)
      else await this.#deliverNext()
    }
  }

  /** Milliseconds until the next batch is due. */
  #waitLeft(): number {
    const { clock, flushMs, isHurrying } = this.#owner
    if (this.#queue.length === 0) return Number.POSITIVE_INFINITY
    if (isHurrying || this.#partOf !== undefined) return 0
    if (this.#queue.length >= this.#owner.dueItems) return 0
    return this.#since + flushMs - clock.now()
  }

  async #deliverNext(): Promise<void> {
    const { clock, limits } = this.#owner
    const maxItems = Math.min(limits.maxItems, this.#partOf ?? limits.maxItems)
    const length = batchLength((index) => this.#queue[index]?.record, { ...limits, maxItems })
    const batch = this.#queue.splice(0, length)
    this.#isDelivering = true
    this.#since = clock.now()
    const { again, isTooLarge } = await this.#owner.deliver(batch)
    this.#queue = [...again, ...this.#queue]
    // What failed has been gathered for long enough.
    if (again.length > 0) this.#since = 0
    this.#isDelivering = false
    this.#partOf = isTooLarge ? Math.ceil(again.length / 2) : undefined
    this.#owner.rested()
  }
}

/** Which of so many lanes a record takes: all of one name go the same way. */
export function laneOf(record: WriterRecord, lanes: number): number {
  if (lanes === 1) return 0
  const name = 'name' in record ? record.name : record.kind
  let hash = record.kind.length
  for (let at = 0; at < name.length; at++) hash = (hash * 31 + name.charCodeAt(at)) >>> 0
  return hash % lanes
}
