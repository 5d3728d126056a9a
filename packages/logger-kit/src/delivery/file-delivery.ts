import { dirname } from 'node:path'
import { Connection } from '../pump/connection.js'
import { RateLimiter } from '../pump/rate-limiter.js'
import { SendQueue } from '../pump/send-queue.js'
import { type LooseEntry, recordsOf } from '../record/entry.js'
import { RecordQueue } from '../record/record-queue.js'
import { filesOf } from '../spool/run-folder.js'
import type { LogWriter, RunStatus } from '../writer/log-writer.js'
import type { WriterRecord } from '../writer/records.js'
import {
  type ContextOptions,
  type Delivery,
  type DeliveryHost,
  type DeliveryInit,
  liveRun,
  openContext,
  type Platform,
} from './delivery.js'
import { Ledger } from './ledger.js'
import { removeFolder } from './payload.js'
import type { Counts } from './report.js'

/** Time to close the files, also if all the time for records was used up. */
const LAST_CHANCE_MS = 2000

/** What a {@link FileDelivery} works with. */
export interface FileDeliveryOptions
  extends Platform,
    Pick<ContextOptions, 'redactor' | 'boundTo'> {
  readonly writer: LogWriter
  readonly init: DeliveryInit
  readonly host: DeliveryHost
}

/**
 * The short way, for writers that write files themselves: records wait in memory until a batch of
 * them is due, and that goes to the writer. A file is where a spool would be, so there is none.
 */
export class FileDelivery implements Delivery {
  readonly isSpooled = false
  readonly #options: FileDeliveryOptions
  readonly #ledger: Ledger
  readonly #records: RecordQueue
  readonly #queue: SendQueue
  readonly #connection: Connection
  /** Where images and artifacts wait. */
  readonly #files: string
  #position = { step: 0, epoch: 0 }
  #isHurrying = false
  #flushes = 0

  constructor(options: FileDeliveryOptions) {
    const { writer, init, host, clock, redactor } = options
    const { capabilities } = writer
    const files = filesOf(init.rootDir, init.id, init.runId)
    const retried = () => this.#records.shrink()
    const ledger = new Ledger({ host, redactor, files, retried })
    const ending = new AbortController()
    const context = openContext({
      ...options,
      run: liveRun(init),
      signal: ending.signal,
      report: (level, message) => ledger.report(level, message),
      accept: (record) => this.accept([record]),
      position: () => this.#position,
      keep: (key, value) => host.stateChanged(key, value),
    })
    const rateLimiter = new RateLimiter(capabilities.rates, clock)
    const listener = ledger
    const connection = new Connection({
      ...options,
      context,
      ending,
      rateLimiter,
      listener,
    })
    const records = new RecordQueue(init.maxQueue, ledger.overflow(init.backPressure))
    this.#options = options
    this.#files = files
    this.#ledger = ledger
    this.#records = records
    this.#connection = connection
    this.#queue = new SendQueue({
      clock,
      capabilities,
      records,
      signal: connection.signal,
      isHurrying: () => this.#isHurrying || this.#flushes > 0,
      deliver: (batch) => connection.deliver(batch),
      rested: () => connection.progress.notify(),
    })
    connection.signal.addEventListener('abort', () => this.#queue.wake(), { once: true })
  }

  start(): void {
    this.#connection.start(() => this.#queue.run())
  }

  accept(entries: readonly LooseEntry[]): void {
    for (const entry of this.#ledger.stored(entries)) {
      for (const record of recordsOf(entry)) this.#take(record)
    }
    if (this.#connection.isStalled) this.#records.shrink()
    this.#queue.wake()
  }

  hurry(): void {
    this.#isHurrying = true
    this.#connection.hurry()
    this.#queue.wake()
  }

  async saved(): Promise<void> {
    this.#flushes++
    this.#queue.wake()
    await this.#connection.flush(() => this.#queue.isIdle)
    this.#flushes--
  }

  async finish(status: RunStatus, endedAt: number, deadlineMs: number): Promise<Counts> {
    const { clock } = this.#options
    const ledger = this.#ledger
    const connection = this.#connection
    const deadline = clock.now() + deadlineMs
    const givesUpAt = () => connection.givesUpAt(deadline)
    const cancel = ledger.explainWait(clock, deadline, givesUpAt)
    this.hurry()
    await connection.drain(deadline, () => this.#queue.isIdle)
    cancel()
    await connection.close(
      status,
      endedAt,
      Math.max(deadline, clock.now() + LAST_CHANCE_MS),
    )
    await connection.stop()
    ledger.counts.dropped += ledger.unsettled
    removeFolder(dirname(this.#files))
    return ledger.counts
  }

  abandon(): void {
    // What is not in the files yet is in memory only.
  }

  #take(record: WriterRecord): void {
    // What the writer added itself is nothing that training logged.
    if (record.seq > 0) this.#ledger.counts.logged++
    this.#position = record
    this.#queue.add({ record, segment: undefined, isReplayed: false, isDoubtful: false })
  }
}
