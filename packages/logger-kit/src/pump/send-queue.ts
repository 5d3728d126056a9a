import { type Clock, Condition } from '../clock.js'
import { type Queued, RecordQueue } from '../record/record-queue.js'
import type { Capabilities } from '../writer/log-writer.js'
import type { WriterRecord } from '../writer/records.js'
import type { Unsent } from './sender.js'

/** The limits of one batch. */
export interface BatchLimits {
  readonly maxItems: number
  readonly maxBytes: number
  readonly isMixed: boolean
}

/** The limits that a writer asks for. */
export const limitsOf = (capabilities: Capabilities): BatchLimits => ({
  maxItems: Math.max(1, capabilities.maxItems ?? 1000),
  maxBytes: capabilities.maxBytes ?? 1_048_576,
  isMixed: capabilities.isMixed ?? false,
})

/** Roughly how large a record is, in bytes of JSON. */
export function sizeOf(record: WriterRecord): number {
  switch (record.kind) {
    case 'metric':
      return 120 + record.name.length
    case 'parameter':
      return 60 + record.name.length + String(record.value).length
    case 'text':
      return 80 + record.name.length + record.text.length
    case 'histogram':
      return 80 + 20 * record.counts.length * 2
    case 'graph':
      return 40 + record.body.length
    case 'other':
      return 60 + JSON.stringify(record.value).length
    default:
      return 300
  }
}

/**
 * How many of the first records make up one batch: of one kind unless it may be mixed, within the
 * limits, and without parting values that were logged together, if they fit at all.
 */
export function batchLength(
  recordAt: (index: number) => WriterRecord | undefined,
  { maxItems, maxBytes, isMixed }: BatchLimits,
): number {
  const first = recordAt(0)
  if (!first) return 0
  let bytes = 0
  let length = 0
  let groupStart = 0
  for (; ; length++) {
    const record = recordAt(length)
    if (!record || (!isMixed && record.kind !== first.kind)) return length
    if (groupOf(record) !== groupOf(recordAt(length - 1))) groupStart = length
    bytes += sizeOf(record)
    if (length === maxItems || (bytes > maxBytes && length > 0)) break
  }
  return groupStart > 0 ? groupStart : length
}

function groupOf(record: WriterRecord | undefined): number | undefined {
  return record?.kind === 'metric' ? record.group : record?.seq
}

const FLUSH_MS = 500
/** Records that are not gathered any longer, whatever the limits are. */
const MOST_GATHERED = 2500

/** What a {@link SendQueue} works with. */
export interface SendQueueOptions {
  readonly clock: Clock
  readonly capabilities: Capabilities
  /** Where its records are; by default a queue without a limit. */
  readonly records?: RecordQueue
  /** Aborted when nothing more is delivered. */
  readonly signal: AbortSignal
  /** Whether nothing is gathered any longer: the run ends, or what there is must be safe. */
  isHurrying(): boolean
  /** Delivers a batch. @returns what must be tried again; never rejects */
  deliver(batch: readonly Queued[]): Promise<Unsent>
  /** Called before each batch, to add what waits elsewhere. */
  refill?(): void
  /** Called after each batch. */
  rested(): void
}

/**
 * Gathers records and delivers them, one batch after the other, so that none overtakes another.
 */
export class SendQueue {
  readonly #options: SendQueueOptions
  readonly #limits: BatchLimits
  readonly #flushMs: number
  readonly #dueItems: number
  readonly #records: RecordQueue
  readonly #changed: Condition
  /** When the oldest of the records came. */
  #since = 0
  /** Size of the next batch, if one was refused and is tried in parts. */
  #partSize: number | undefined
  #isDelivering = false

  constructor(options: SendQueueOptions) {
    const { clock, capabilities, records = new RecordQueue() } = options
    this.#options = options
    this.#limits = limitsOf(capabilities)
    this.#flushMs = capabilities.flushMs ?? FLUSH_MS
    this.#dueItems = Math.min(this.#limits.maxItems, MOST_GATHERED)
    this.#records = records
    this.#changed = new Condition(clock)
  }

  get isIdle(): boolean {
    return this.#records.size === 0 && !this.#isDelivering
  }

  /** Whether there is enough for the next batch. */
  get isFull(): boolean {
    return this.#records.size > this.#limits.maxItems
  }

  add(queued: Queued): void {
    if (this.#records.size === 0) this.#since = this.#options.clock.now()
    this.#records.push(queued)
  }

  /** Looks again whether a batch is due, or the signal is aborted. */
  wake(): void {
    this.#changed.notify()
  }

  /** Delivers until the signal is aborted. */
  async run(): Promise<void> {
    while (!this.#options.signal.aborted) {
      this.#options.refill?.()
      const wait = this.#msUntilDue()
      if (wait > 0) await this.#changed.wait(wait)
      else await this.#deliverNext()
    }
  }

  #msUntilDue(): number {
    const { clock } = this.#options
    const { size } = this.#records
    if (size === 0) return Number.POSITIVE_INFINITY
    if (this.#options.isHurrying() || this.#partSize !== undefined) return 0
    if (size >= this.#dueItems) return 0
    return this.#since + this.#flushMs - clock.now()
  }

  async #deliverNext(): Promise<void> {
    const { maxItems } = this.#limits
    const limits = {
      ...this.#limits,
      maxItems: Math.min(maxItems, this.#partSize ?? maxItems),
    }
    const length = batchLength((index) => this.#records.peek(index)?.record, limits)
    const batch = this.#records.take(length)
    this.#isDelivering = true
    this.#since = this.#options.clock.now()
    const { again, isTooLarge } = await this.#options.deliver(batch)
    if (again.length > 0) {
      this.#records.putBack(again)
      // What failed has been gathered for long enough.
      this.#since = 0
    }
    this.#isDelivering = false
    this.#partSize = isTooLarge ? Math.ceil(again.length / 2) : undefined
    this.#options.rested()
  }
}
