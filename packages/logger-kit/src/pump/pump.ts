import type { Clock } from '../clock.js'
import type { Backlog, Queued } from '../spool/backlog.js'
import type { LogWriter, OpenContext, OpenResult, RunStatus } from '../writer/log-writer.js'
import { LoggerError } from '../writer/logger-error.js'
import type { RecordKind } from '../writer/records.js'
import { type BatchLimits, limitsOf } from './batch.js'
import { failureOf, isDivisible } from './failure.js'
import { Lane, type LaneOwner } from './lane.js'
import { Notice } from './notice.js'
import type { Pacer } from './pacer.js'
import { Recovery } from './recovery.js'
import type { RetryPolicy } from './retry.js'

/** What became of records, told as it happens. */
export interface PumpListener {
  opened(result: OpenResult): void
  /** Delivered, or refused for good. */
  settled(done: readonly Queued[], rejected: readonly Queued[]): void
  retried(): void
  /** A failure with a message for a person. */
  failed(failure: LoggerError): void
  /** The service takes nothing more in this run. */
  refused(failure: LoggerError): void
}

/** What a pump is made of. */
export interface PumpParts {
  readonly writer: LogWriter
  readonly context: OpenContext
  readonly backlog: Backlog
  readonly pacer: Pacer
  readonly clock: Clock
  readonly random: () => number
  readonly retry: RetryPolicy
  readonly listener: PumpListener
  /** Aborts what is on its way. */
  readonly ending: AbortController
}

/** A writer that does not heed its signal is left behind after this time. */
const STOP_MS = 1000
const FLUSH_LOOK_MS = 200
/** However many a writer takes at once, more than this are not waited for. */
const MOST_GATHERED = 2500
const BEAT_AFTER_FAILURE_MS = 3000

/** Brings records from a backlog to a writer: in order, within limits, again where that helps. */
export class Pump implements LaneOwner {
  readonly clock: Clock
  readonly limits: BatchLimits
  readonly flushMs: number
  readonly dueItems: number
  readonly #parts: PumpParts
  readonly #lanes: Lane[]
  readonly #progress: Notice
  readonly #idempotent: ReadonlySet<RecordKind>
  readonly #recovery: Recovery
  #isOpen = false
  #isHurrying = false
  #flushes = 0
  #running: Promise<unknown> = Promise.resolve()
  #cancelBeat = () => {}
  #beating: Promise<void> = Promise.resolve()

  constructor(parts: PumpParts) {
    const { capabilities } = parts.writer
    this.#parts = parts
    this.clock = parts.clock
    this.limits = limitsOf(capabilities)
    this.flushMs = capabilities.flushMs ?? 500
    this.dueItems = Math.min(this.limits.maxItems, MOST_GATHERED)
    this.#idempotent = new Set(capabilities.idempotent)
    this.#progress = new Notice(parts.clock)
    this.#recovery = new Recovery(parts)
    this.#lanes = Array.from({ length: capabilities.concurrency ?? 1 }, () => new Lane(this))
  }

  get signal(): AbortSignal {
    return this.#parts.ending.signal
  }

  get isHurrying(): boolean {
    return this.#isHurrying || this.#flushes > 0
  }

  /** Whether nothing gets through at the moment. */
  get isStalled(): boolean {
    return this.#recovery.isStalled
  }

  /** Opens the run and delivers from then on. */
  start(): void {
    this.#running = this.#open().then(() => {
      if (!this.#isOpen) return undefined
      this.#beat()
      return Promise.all(this.#lanes.map((lane) => lane.run()))
    })
  }

  /** There is more in the backlog. */
  wake(): void {
    for (const lane of this.#lanes) if (!lane.isFull) lane.wake.give()
  }

  rested(): void {
    this.#progress.give()
  }

  feed(): void {
    const { backlog } = this.#parts
    for (;;) {
      const next = backlog.peek()
      if (!next) return
      const lane = this.#lanes[this.#laneOf(next)] as Lane
      if (lane.isFull) return
      backlog.shift()
      const wasIdle = lane.isIdle
      lane.add(next)
      if (wasIdle) lane.wake.give()
    }
  }

  /** Delivers what there is without waiting for more; comes back where nothing gets through. */
  async flush(): Promise<void> {
    this.#flushes++
    for (const lane of this.#lanes) lane.wake.give()
    while (!this.#isDone() && !this.isStalled && !this.signal.aborted) {
      await this.#progress.wait(FLUSH_LOOK_MS)
    }
    this.#flushes--
  }

  /** Delivers what there is. Gives whether all of it was delivered before time was up. */
  async drain(deadline: number): Promise<boolean> {
    this.#isHurrying = true
    this.#recovery.hurry()
    for (const lane of this.#lanes) lane.wake.give()
    for (;;) {
      const left = this.#recovery.givesUpAt(deadline) - this.clock.now()
      if (this.#isDone() || left <= 0 || this.signal.aborted) return this.#isDone()
      await this.#progress.wait(left)
    }
  }

  /** Tells the writer that the run is over. Gives whether it got through. */
  async close(status: RunStatus, endedAt: number, deadline: number): Promise<boolean> {
    this.#cancelBeat()
    while (!this.#recovery.refusal) {
      try {
        await this.#parts.writer.close({ status, endedAt, signal: this.signal })
        return true
      } catch (thrown) {
        const failure = failureOf(thrown)
        await this.#afterFailure(failure)
        if (failure.kind === 'permanent') return true
        if (this.clock.now() >= this.#recovery.givesUpAt(deadline)) return false
      }
    }
    return false
  }

  /** Ends everything. Gives the records that were on their way. */
  async stop(): Promise<readonly Queued[]> {
    this.#cancelBeat()
    const inFlight = this.#lanes.flatMap((lane) => lane.inFlight)
    this.#parts.ending.abort(new LoggerError('retry', 'time is up', { isAmbiguous: true }))
    for (const lane of this.#lanes) lane.wake.give()
    this.#progress.give()
    let cancel = () => {}
    const patience = new Promise<void>((resolve) => {
      cancel = this.clock.after(STOP_MS, resolve)
    })
    const ended = Promise.allSettled([this.#running, this.#beating])
    await Promise.race([ended, patience])
    cancel()
    return inFlight
  }

  async deliver(batch: readonly Queued[]) {
    const none = { again: [], isTooLarge: false }
    try {
      const kind = (batch[0] as Queued).record.kind
      await this.#parts.pacer.take(kind, batch.length, this.signal)
      await this.#recovery.pause(this.signal)
    } catch {
      return { again: batch, isTooLarge: false }
    }
    try {
      const result = await this.#parts.writer.write(batch.map(({ record }) => record))
      const refused = new Map(result?.rejected?.map((one) => [one.seq, one]))
      for (const { code, message } of refused.values()) {
        this.#parts.listener.failed(new LoggerError('permanent', `${code}: ${message}`))
      }
      this.#settle(batch, ({ record }) => refused.has(record.seq))
      return none
    } catch (thrown) {
      return this.#failed(batch, failureOf(thrown))
    }
  }

  async #failed(batch: readonly Queued[], failure: LoggerError) {
    const done = new Set(failure.done)
    const rest = batch.filter(({ record }) => !done.has(record.seq))
    if (done.size > 0)
      this.#settle(
        batch.filter((one) => !rest.includes(one)),
        () => false,
      )
    if (failure.kind === 'permanent' && rest.length > 1 && isDivisible(failure)) {
      return { again: rest, isTooLarge: true }
    }
    if (failure.kind === 'permanent') {
      this.#parts.listener.failed(failure)
      this.#settle(rest, () => true)
      return { again: [], isTooLarge: false }
    }
    if (failure.isAmbiguous) {
      for (const one of rest) one.isDoubtful ||= !this.#idempotent.has(one.record.kind)
    }
    await this.#afterFailure(failure)
    return { again: rest, isTooLarge: false }
  }

  #settle(batch: readonly Queued[], isRejected: (one: Queued) => boolean): void {
    this.#recovery.succeeded()
    const rejected = batch.filter(isRejected)
    const done = rejected.length === 0 ? batch : batch.filter((one) => !rejected.includes(one))
    this.#parts.listener.settled(done, rejected)
  }

  async #open(): Promise<void> {
    const { writer, context, listener } = this.#parts
    while (!this.signal.aborted) {
      try {
        const result = (await writer.open(context)) ?? {}
        this.#isOpen = true
        this.#recovery.succeeded()
        listener.opened(result)
        this.#progress.give()
        return
      } catch (thrown) {
        const failure = failureOf(thrown)
        if (failure.kind === 'permanent') return this.#refuse(failure)
        await this.#afterFailure(failure)
      }
    }
  }

  /** Says what failed and waits as long as it asks for. */
  async #afterFailure(failure: LoggerError): Promise<void> {
    if (this.signal.aborted) return
    if (failure.kind === 'auth') return this.#refuse(failure)
    this.#parts.listener.failed(failure)
    if (failure.kind === 'permanent') return
    this.#parts.listener.retried()
    this.#recovery.failed(failure)
    this.#parts.backlog.shrink()
    this.#progress.give()
    await this.#recovery.pause(this.signal).catch(() => undefined)
  }

  #refuse(failure: LoggerError): void {
    if (this.#recovery.refusal) return
    this.#recovery.refusal = failure
    this.#parts.listener.refused(failure)
    this.#parts.ending.abort(failure)
    this.#progress.give()
  }

  #beat(): void {
    const { writer } = this.#parts
    if (!writer.heartbeat) return
    const again = (ms: number) => {
      if (this.signal.aborted) return
      this.#cancelBeat = this.clock.after(ms, () => this.#beat())
    }
    this.#beating = writer.heartbeat().then(
      (ms) => again(Math.max(ms, 20)),
      () => again(BEAT_AFTER_FAILURE_MS),
    )
  }

  #isDone(): boolean {
    const isIdle = this.#lanes.every((lane) => lane.isIdle)
    return this.#isOpen && isIdle && this.#parts.backlog.isEmpty
  }

  /** All records of one name go the same way. */
  #laneOf({ record }: Queued): number {
    if (this.#lanes.length === 1) return 0
    const name = 'name' in record ? record.name : record.kind
    let hash = record.kind.length
    for (let at = 0; at < name.length; at++) hash = (hash * 31 + name.charCodeAt(at)) >>> 0
    return hash % this.#lanes.length
  }
}
