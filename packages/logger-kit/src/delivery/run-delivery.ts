import { dirname } from 'node:path'
import { Pump } from '../pump/pump.js'
import type { RateLimiter } from '../pump/rate-limiter.js'
import { countOf, type LooseEntry } from '../record/entry.js'
import type { BackPressure, Queued } from '../record/record-queue.js'
import { Backlog } from '../spool/backlog.js'
import { type RunFolder, undeliveredIn } from '../spool/run-folder.js'
import type { LogWriter, RunStatus } from '../writer/log-writer.js'
import {
  type ContextOptions,
  type DeliveryHost,
  openContext,
  type Platform,
} from './delivery.js'
import { Ledger } from './ledger.js'
import { removeFolder } from './payload.js'
import type { Counts } from './report.js'

const LAST_CHANCE_MS = 2000
const TOUCH_MS = 60_000

/** What a {@link RunDelivery} works with. */
export interface RunDeliveryOptions
  extends Platform,
    Pick<ContextOptions, 'run' | 'redactor' | 'boundTo'> {
  readonly writer: LogWriter
  /** Absent if the spool cannot be made. */
  readonly folder: RunFolder | undefined
  /** Where images and artifacts wait. */
  readonly files: string
  readonly rateLimiter: RateLimiter
  readonly maxQueue: number
  readonly backPressure: BackPressure
  readonly host: DeliveryHost
}

/** Brings the records of one run to its service by way of the spool, from the first to the close. */
export class RunDelivery {
  readonly #options: RunDeliveryOptions
  readonly #ledger: Ledger
  readonly #backlog: Backlog
  readonly #pump: Pump
  /** Records of this process that wait in the spool. */
  #onDisk = 0
  #position = { step: 0, epoch: 0 }
  #cancelTouch = () => {}

  constructor(options: RunDeliveryOptions) {
    const { folder, host, redactor, files } = options
    const ledger = new Ledger({
      host,
      redactor,
      files,
      spool: folder?.path,
      retried: () => this.#backlog.shrink(),
      settled: (records) => this.#settled(records),
    })
    const ending = new AbortController()
    const context = openContext({
      ...options,
      signal: ending.signal,
      report: (level, message) => ledger.report(level, message),
      accept: (record) => this.accept([record]),
      position: () => this.#position,
      keep: (key, value) => {
        host.stateChanged(key, value)
        this.#write(() => folder?.setState(key, value))
      },
    })
    const backlog = createBacklog(options, ledger)
    this.#options = options
    this.#ledger = ledger
    this.#backlog = backlog
    this.#pump = new Pump({ ...options, context, ending, backlog, listener: ledger })
  }

  /** What has become of the records so far. */
  get counts(): Counts {
    return this.#ledger.counts
  }

  /** Opens the run, and delivers what an earlier process left of it. */
  start(): void {
    if (this.#options.folder?.segments.numbers().length) this.#backlog.resume()
    this.#pump.start()
    this.#touch()
  }

  /** Takes what was logged: on disk, if there is a spool, before it returns. */
  accept(loose: readonly LooseEntry[]): void {
    const entries = this.#ledger.stored(loose)
    const last = entries.at(-1)
    if (!last) return
    const count = entries.reduce(
      (sum, entry) => sum + (entry.seq > 0 ? countOf(entry) : 0),
      0,
    )
    this.#ledger.counts.logged += count
    this.#position = last
    if (this.#backlog.push(entries)) {
      this.#onDisk += count
      this.#options.host.freed(count)
    }
    if (this.#pump.isStalled) this.#backlog.shrink()
    this.#pump.wake()
  }

  /** Delivers the rest and ends the run. @returns whether everything has arrived */
  async finish(status: RunStatus, endedAt: number, deadline: number): Promise<boolean> {
    const { clock, folder, run } = this.#options
    this.#write(() => folder?.end(status, endedAt))
    const givesUpAt = () => this.#pump.givesUpAt(deadline)
    const cancel = this.#ledger.explainWait(clock, deadline, givesUpAt, run.isReplay)
    const isDrained = await this.#pump.drain(deadline)
    cancel()
    const until = folder ? deadline : Math.max(deadline, clock.now() + LAST_CHANCE_MS)
    const isClosed =
      (isDrained || !folder) && (await this.#pump.close(status, endedAt, until))
    this.#doubt(await this.#pump.stop())
    this.#cancelTouch()
    this.#leave(isDrained && isClosed)
    return isDrained && isClosed
  }

  /** Resolves once what was accepted is where a kill cannot reach it, or nothing gets through. */
  async saved(): Promise<void> {
    if (!this.#options.folder) await this.#pump.flush()
  }

  /** Leaves at once, with everything on disk for `regimen sync`. */
  abandon(status: RunStatus, endedAt: number): void {
    const { folder } = this.#options
    this.#write(() => folder?.end(status, endedAt))
    this.#doubt(this.#pump.doubtful)
    folder?.close()
  }

  /** Gives up on what has not been delivered: {@link finish} comes to its end. */
  async stop(): Promise<void> {
    await this.#pump.stop()
  }

  /** The end of the run is near: nothing is waited for any longer that nobody asked for. */
  hurry(): void {
    this.#pump.hurry()
  }

  #settled(records: readonly Queued[]): void {
    const onDisk = records.filter(({ segment }) => segment !== undefined)
    this.#onDisk -= onDisk.filter(({ record }) => record.seq > 0).length
    this.#write(() => this.#options.folder?.settle(onDisk))
  }

  /** Remembers records that may have arrived, so that it is said where they come twice. */
  #doubt(doubtful: readonly Queued[]): void {
    const stored = doubtful.filter(({ segment }) => segment !== undefined)
    const seqs = stored.map(({ record }) => record.seq)
    this.#ledger.counts.unconfirmed += seqs.filter((seq) => seq > 0).length
    this.#write(() => this.#options.folder?.acks.doubt(seqs))
  }

  /** Removes what has arrived; counts and leaves what has not. */
  #leave(isComplete: boolean): void {
    const { folder, files, run } = this.#options
    const { counts, unsettled } = this.#ledger
    if (!folder) {
      counts.dropped += unsettled
      removeFolder(dirname(files))
      return
    }
    counts.damaged += folder.segments.damaged
    if (isComplete) {
      folder.remove()
      return
    }
    const isOwn = !run.isReplay && run.opens === 0
    counts.spooled += isOwn ? this.#onDisk : undeliveredIn(folder.path)
    // What was in memory only is gone with it.
    if (isOwn) counts.dropped += unsettled - this.#onDisk
    folder.close()
  }

  /** A disk that cannot be written ends nothing. */
  #write(change: () => void): void {
    try {
      change()
    } catch (thrown) {
      this.#ledger.warnings.spool(thrown)
    }
  }

  #touch(): void {
    const { folder, clock } = this.#options
    folder?.touch()
    this.#cancelTouch = clock.after(TOUCH_MS, () => this.#touch())
  }
}

function createBacklog(options: RunDeliveryOptions, ledger: Ledger): Backlog {
  const { folder, run, writer, maxQueue, backPressure } = options
  const { concurrency = 1, maxItems = 1000, idempotent = [] } = writer.capabilities
  const wasKilled = run.isReplay && !folder?.manifest.ended
  return new Backlog({
    limit: maxQueue,
    folder,
    doubtful: wasKilled ? concurrency * maxItems : 0,
    mayRepeat: (kind) => !idempotent.includes(kind),
    overflow: ledger.overflow(backPressure),
    onDiskError: (thrown) => ledger.warnings.spool(thrown),
  })
}
