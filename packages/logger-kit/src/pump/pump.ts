import { type Clock, within } from '../clock.js'
import type { Queued } from '../spool/backlog.js'
import type { RunStatus } from '../writer/log-writer.js'
import { LoggerError } from '../writer/logger-error.js'
import { type BatchLimits, limitsOf } from './batch.js'
import { failureOf } from './failure.js'
import { Heart } from './heart.js'
import { Lane, type LaneOwner, laneOf } from './lane.js'
import { Notice } from './notice.js'
import type { PumpParts } from './pump-parts.js'
import { Recovery } from './recovery.js'
import { Sender, type Unsent } from './sender.js'

/** A writer that does not heed its signal is left behind after this time. */
const STOP_MS = 1000
/** How long requests that are on their way at the end are waited for: each that is not comes twice. */
const IN_FLIGHT_MS = 2000
const FLUSH_LOOK_MS = 200
const MOST_GATHERED = 2500

/** Brings records from a backlog to a writer: in order, within limits, again where that helps. */
export class Pump implements LaneOwner {
  readonly clock: Clock
  readonly limits: BatchLimits
  readonly flushMs: number
  readonly dueItems: number
  readonly #parts: PumpParts
  readonly #lanes: Lane[]
  readonly #progress: Notice
  readonly #recovery: Recovery
  readonly #sender: Sender
  #isOpen = false
  #isOpening = false
  #isHurrying = false
  #flushes = 0
  #running: Promise<unknown> = Promise.resolve()
  readonly #heart: Heart

  constructor(parts: PumpParts) {
    const { capabilities } = parts.writer
    this.#parts = parts
    this.clock = parts.clock
    this.limits = limitsOf(capabilities)
    this.flushMs = capabilities.flushMs ?? 500
    this.dueItems = Math.min(this.limits.maxItems, MOST_GATHERED)
    this.#progress = new Notice(parts.clock)
    this.#recovery = new Recovery(parts)
    this.#heart = new Heart(parts)
    this.#sender = new Sender(parts, this.#recovery, () => this.#progress.give())
    this.#lanes = Array.from({ length: capabilities.concurrency ?? 1 }, () => new Lane(this))
  }

  /** Aborted when nothing more is begun. */
  get signal(): AbortSignal {
    return this.#parts.halting.signal
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
      this.#heart.start()
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
      const lane = this.#lanes[laneOf(next.record, this.#lanes.length)] as Lane
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

  /** The end of the run is near: waits that nobody asked for become short. */
  hurry(): void {
    this.#isHurrying = true
    this.#recovery.hurry()
    for (const lane of this.#lanes) lane.wake.give()
  }

  /** When the end of the run stops waiting, as things are now. */
  givesUpAt(deadline: number): number {
    return this.#recovery.givesUpAt(deadline)
  }

  /**
   * Delivers what there is. Gives whether all of it was delivered before time was up; what is on its
   * way then may still arrive.
   */
  async drain(deadline: number): Promise<boolean> {
    this.hurry()
    for (;;) {
      const left = this.#recovery.givesUpAt(deadline) - this.clock.now()
      if (this.#isDone() || this.signal.aborted) return this.#isDone()
      // An attempt that is under way may be the one that succeeds, on a slow machine for one.
      const rest = this.#isTrying ? deadline - this.clock.now() : left
      if (rest <= 0) break
      await this.#progress.wait(rest)
    }
    await this.halt()
    return this.#isDone()
  }

  /** Begins nothing more, and waits for a while for what is on its way. */
  async halt(): Promise<void> {
    this.#heart.stop()
    this.#parts.halting.abort(new LoggerError('retry', 'time is up'))
    for (const lane of this.#lanes) lane.wake.give()
    this.#progress.give()
    const end = this.clock.now() + IN_FLIGHT_MS
    while (this.#sender.isSending && this.clock.now() < end) {
      await this.#progress.wait(end - this.clock.now())
    }
  }

  /** Tells the writer that the run is over. Gives whether it got through. */
  async close(status: RunStatus, endedAt: number, deadline: number): Promise<boolean> {
    this.#heart.stop()
    while (!this.#recovery.refusal) {
      try {
        await this.#parts.writer.close({ status, endedAt, signal: this.signal })
        return true
      } catch (thrown) {
        const failure = failureOf(thrown)
        await this.#sender.afterFailure(failure)
        if (failure.kind === 'permanent') return true
        if (this.signal.aborted || this.clock.now() >= this.#recovery.givesUpAt(deadline))
          return false
      }
    }
    return false
  }

  /** Ends everything. Gives the records of which nobody knows whether they have arrived. */
  async stop(): Promise<readonly Queued[]> {
    await this.halt()
    const { doubtful } = this.#sender
    this.#parts.ending.abort(new LoggerError('retry', 'time is up', { isAmbiguous: true }))
    await within(this.clock, STOP_MS, Promise.allSettled([this.#running, this.#heart.stop()]))
    return doubtful
  }

  /** Records that may have arrived, where the process ends at once. */
  get doubtful(): readonly Queued[] {
    return this.#sender.doubtful
  }

  deliver(batch: readonly Queued[]): Promise<Unsent> {
    return this.#sender.deliver(batch)
  }

  async #open(): Promise<void> {
    const { writer, context, listener } = this.#parts
    while (!this.signal.aborted) {
      try {
        this.#isOpening = true
        const result = (await writer.open(context).finally(() => this.#hasTried())) ?? {}
        this.#isOpen = true
        this.#recovery.succeeded()
        listener.opened(result)
        this.#progress.give()
        return
      } catch (thrown) {
        const failure = failureOf(thrown)
        if (failure.kind === 'permanent') return this.#sender.refuse(failure)
        await this.#sender.afterFailure(failure)
      }
    }
  }

  #hasTried(): void {
    this.#isOpening = false
    this.#progress.give()
  }

  /** Whether an attempt is under way. */
  get #isTrying(): boolean {
    return !this.#recovery.refusal && (this.#isOpening || this.#sender.isSending)
  }

  #isDone(): boolean {
    const isIdle = this.#lanes.every((lane) => lane.isIdle)
    return this.#isOpen && isIdle && this.#parts.backlog.isEmpty
  }
}
