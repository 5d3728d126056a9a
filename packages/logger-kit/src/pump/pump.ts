import type { Queued } from '../record/record-queue.js'
import type { Backlog } from '../spool/backlog.js'
import type { RunStatus } from '../writer/log-writer.js'
import type { WriterRecord } from '../writer/records.js'
import { Connection, type ConnectionOptions } from './connection.js'
import { SendQueue } from './send-queue.js'

/** What a {@link Pump} works with. */
export interface PumpOptions extends ConnectionOptions {
  readonly backlog: Backlog
}

/** Brings records from a backlog to a writer: in order, within limits, several batches at once. */
export class Pump {
  readonly #backlog: Backlog
  readonly #connection: Connection
  readonly #queues: readonly SendQueue[]
  #isHurrying = false
  #flushes = 0

  constructor(options: PumpOptions) {
    const { writer, clock, backlog } = options
    const { capabilities } = writer
    const connection = new Connection(options)
    const queue = () =>
      new SendQueue({
        clock,
        capabilities,
        signal: connection.signal,
        isHurrying: () => this.#isHurrying || this.#flushes > 0,
        deliver: (batch) => connection.deliver(batch),
        refill: () => this.#refill(),
        rested: () => connection.progress.notify(),
      })
    this.#backlog = backlog
    this.#connection = connection
    this.#queues = Array.from({ length: capabilities.concurrency ?? 1 }, queue)
    connection.signal.addEventListener('abort', () => this.#wakeAll(), { once: true })
  }

  /** Whether nothing gets through at the moment. */
  get isStalled(): boolean {
    return this.#connection.isStalled
  }

  /** Records that may have arrived, if the process ends at once. */
  get doubtful(): readonly Queued[] {
    return this.#connection.doubtful
  }

  /** Opens the run and delivers from then on. */
  start(): void {
    this.#connection.start(() => Promise.all(this.#queues.map((queue) => queue.run())))
  }

  /** There is more in the backlog. */
  wake(): void {
    for (const queue of this.#queues) if (!queue.isFull) queue.wake()
  }

  /** Delivers what there is without waiting for more; comes back if nothing gets through. */
  async flush(): Promise<void> {
    this.#flushes++
    this.#wakeAll()
    await this.#connection.flush(() => this.#isEmpty())
    this.#flushes--
  }

  /** The end of the run is near: waits that nobody asked for become short. */
  hurry(): void {
    this.#isHurrying = true
    this.#connection.hurry()
    this.#wakeAll()
  }

  /** When the end of the run stops waiting, as things are now. */
  givesUpAt(deadline: number): number {
    return this.#connection.givesUpAt(deadline)
  }

  /** Delivers what there is. @returns whether all of it was delivered before time was up */
  drain(deadline: number): Promise<boolean> {
    this.hurry()
    return this.#connection.drain(deadline, () => this.#isEmpty())
  }

  /** Tells the writer that the run has ended. @returns whether it got through */
  close(status: RunStatus, endedAt: number, deadline: number): Promise<boolean> {
    return this.#connection.close(status, endedAt, deadline)
  }

  /** Ends everything. @returns the records of which nobody knows whether they have arrived */
  stop(): Promise<readonly Queued[]> {
    return this.#connection.stop()
  }

  /** Moves records from the backlog to the queues, until one of them is full. */
  #refill(): void {
    for (;;) {
      const next = this.#backlog.peek()
      if (!next) return
      const queue = this.#queues[queueOf(next.record, this.#queues.length)] as SendQueue
      if (queue.isFull) return
      this.#backlog.shift()
      const wasIdle = queue.isIdle
      queue.add(next)
      if (wasIdle) queue.wake()
    }
  }

  #wakeAll(): void {
    for (const queue of this.#queues) queue.wake()
  }

  #isEmpty(): boolean {
    return this.#backlog.isEmpty && this.#queues.every((queue) => queue.isIdle)
  }
}

/** Which of so many queues a record takes: all of one name go the same way. */
function queueOf({ kind, ...record }: WriterRecord, count: number): number {
  if (count === 1) return 0
  const name = 'name' in record ? record.name : kind
  let hash = kind.length
  for (let index = 0; index < name.length; index++) {
    hash = (hash * 31 + name.charCodeAt(index)) >>> 0
  }
  return hash % count
}
