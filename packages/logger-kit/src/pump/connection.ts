import { Condition, within } from '../clock.js'
import type { Queued } from '../record/record-queue.js'
import type {
  LogWriter,
  OpenContext,
  OpenResult,
  RunStatus,
} from '../writer/log-writer.js'
import { failureOf, LoggerError } from '../writer/logger-error.js'
import { Backoff, type BackoffOptions } from './backoff.js'
import { Heartbeat } from './heartbeat.js'
import type { RateLimiter } from './rate-limiter.js'
import { Sender, type SendListener, type Unsent } from './sender.js'

/** A writer that does not react to its signal is abandoned after this time. */
const STOP_MS = 1000
/** How long batches that are on their way at the end are waited for: each that is not comes twice. */
const IN_FLIGHT_MS = 2000
const LOOK_AGAIN_MS = 200

/** Called with what becomes of a run, as it happens. */
export interface ConnectionListener extends SendListener {
  opened(result: OpenResult): void
}

/** What a {@link Connection} works with. */
export interface ConnectionOptions extends BackoffOptions {
  readonly writer: LogWriter
  readonly context: OpenContext
  readonly rateLimiter: RateLimiter
  readonly listener: ConnectionListener
  /** Aborts what is on its way. */
  readonly ending: AbortController
}

/** A run that a writer has open: opened, kept alive and closed, again if that helps. */
export class Connection {
  /** Notified when something has changed that the end of a run may wait for. */
  readonly progress: Condition
  readonly #options: ConnectionOptions
  readonly #backoff: Backoff
  readonly #sender: Sender
  readonly #heartbeat: Heartbeat
  /** Aborted when nothing more is begun; what is on its way may come to its end. */
  readonly #halting = new AbortController()
  #isOpen = false
  #isOpening = false
  #work: Promise<unknown> = Promise.resolve()

  constructor(options: ConnectionOptions) {
    const { writer, clock, rateLimiter, listener } = options
    const halting = this.#halting
    const progress = new Condition(clock)
    const backoff = new Backoff(options)
    const progressed = () => progress.notify()
    this.#options = options
    this.progress = progress
    this.#backoff = backoff
    this.#heartbeat = new Heartbeat(writer, clock, halting.signal)
    this.#sender = new Sender({
      writer,
      rateLimiter,
      backoff,
      halting,
      listener,
      progressed,
    })
  }

  /** Aborted when nothing more is begun. */
  get signal(): AbortSignal {
    return this.#halting.signal
  }

  /** Whether nothing gets through at the moment. */
  get isStalled(): boolean {
    return this.#backoff.isStalled
  }

  /** Records that may have arrived, if the process ends at once. */
  get doubtful(): readonly Queued[] {
    return this.#sender.doubtful
  }

  /** Opens the run and does the work from then on. */
  start(work: () => Promise<unknown>): void {
    this.#work = this.#open().then(() => {
      if (!this.#isOpen) return undefined
      this.#heartbeat.start()
      return work()
    })
  }

  /** Delivers a batch. @returns what must be tried again; never rejects */
  deliver(batch: readonly Queued[]): Promise<Unsent> {
    return this.#sender.deliver(batch)
  }

  /** The end of the run is near: waits that nobody asked for become short. */
  hurry(): void {
    this.#backoff.hurry()
  }

  /** When the end of the run stops waiting, as things are now. */
  givesUpAt(deadline: number): number {
    return this.#backoff.givesUpAt(deadline)
  }

  /** Waits until something is done; comes back if nothing gets through. */
  async flush(isDone: () => boolean): Promise<void> {
    while (!this.#isOpenAnd(isDone) && !this.isStalled && !this.signal.aborted) {
      await this.progress.wait(LOOK_AGAIN_MS)
    }
  }

  /**
   * Waits until everything is done, or time is up. What is on its way then may still arrive.
   *
   * @returns whether everything is done
   */
  async drain(deadline: number, isDone: () => boolean): Promise<boolean> {
    const { clock } = this.#options
    for (;;) {
      if (this.#isOpenAnd(isDone) || this.signal.aborted) return this.#isOpenAnd(isDone)
      // An attempt that is under way may be the one that succeeds, on a slow machine for one.
      const until = this.#isTrying ? deadline : this.givesUpAt(deadline)
      const left = until - clock.now()
      if (left <= 0) break
      await this.progress.wait(left)
    }
    await this.#halt()
    return this.#isOpenAnd(isDone)
  }

  /** Tells the writer that the run has ended. @returns whether it got through */
  async close(status: RunStatus, endedAt: number, deadline: number): Promise<boolean> {
    const { writer, clock } = this.#options
    this.#heartbeat.stop()
    while (!this.#backoff.refusal) {
      try {
        await writer.close({ status, endedAt, signal: this.signal })
        return true
      } catch (thrown) {
        const failure = failureOf(thrown)
        await this.#sender.afterFailure(failure)
        if (failure.kind === 'permanent') return true
        if (this.signal.aborted || clock.now() >= this.givesUpAt(deadline)) return false
      }
    }
    return false
  }

  /** Ends everything. @returns the records of which nobody knows whether they have arrived */
  async stop(): Promise<readonly Queued[]> {
    const { clock, ending } = this.#options
    await this.#halt()
    const { doubtful } = this.#sender
    ending.abort(new LoggerError('retry', 'time is up', { isAmbiguous: true }))
    await within(clock, STOP_MS, Promise.allSettled([this.#work, this.#heartbeat.stop()]))
    return doubtful
  }

  async #open(): Promise<void> {
    const { writer, context, listener } = this.#options
    while (!this.signal.aborted) {
      try {
        this.#isOpening = true
        const result = await writer.open(context).finally(() => this.#hasTried())
        this.#isOpen = true
        this.#backoff.succeeded()
        listener.opened(result ?? {})
        this.progress.notify()
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
    this.progress.notify()
  }

  /** Begins nothing more, and waits for a while for what is on its way. */
  async #halt(): Promise<void> {
    const { clock } = this.#options
    this.#heartbeat.stop()
    this.#halting.abort(new LoggerError('retry', 'time is up'))
    this.progress.notify()
    const end = clock.now() + IN_FLIGHT_MS
    while (this.#sender.isSending && clock.now() < end) {
      await this.progress.wait(end - clock.now())
    }
  }

  /** Whether an attempt is under way. */
  get #isTrying(): boolean {
    return !this.#backoff.refusal && (this.#isOpening || this.#sender.isSending)
  }

  #isOpenAnd(isDone: () => boolean): boolean {
    return this.#isOpen && isDone()
  }
}
