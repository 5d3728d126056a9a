import { dirname } from 'node:path'
import type { Json } from '@regimen/core'
import { createFetch } from '../http/logger-fetch.js'
import { type Counters, noCounts } from '../pump/counters.js'
import { Pump } from '../pump/pump.js'
import { countOf, type Entry } from '../record/entry.js'
import type { LooseEntry } from '../record/loose-entry.js'
import { Backlog, type Queued } from '../spool/backlog.js'
import type { RunStatus } from '../writer/log-writer.js'
import { Complaints } from './complaints.js'
import type { DeliveryParts } from './delivery-parts.js'
import { openContext } from './open-context.js'
import { discardPayload, removeFolder, settledEntry } from './payload.js'
import { countSettled, doubtOnDisk, leaveFolder, settleOnDisk } from './settle.js'
import { waitingLine } from './waiting-line.js'

const LAST_CHANCE_MS = 2000
const PROGRESS_MS = 2000

/** Brings the records of one run to its writer, from the first to the word that it is over. */
export class RunDelivery {
  readonly counts: Counters = noCounts()
  readonly #parts: DeliveryParts
  readonly #backlog: Backlog
  readonly #pump: Pump
  readonly #complaints: Complaints
  #emitted: number
  /** Records of this process that wait in the spool. */
  #onDisk = 0
  #position = { step: 0, epoch: 0 }
  #cancelTouch = () => {}

  constructor(parts: DeliveryParts) {
    const { folder, host, clock, run, redactor } = parts
    this.#parts = parts
    this.#emitted = run.opens * 1_000_000
    const report = (level: 'info' | 'warn', message: string) =>
      host.report(level, redactor.all(message))
    this.#complaints = new Complaints(report, folder?.path)
    const { concurrency = 1, maxItems = 1000, idempotent = [] } = parts.writer.capabilities
    const wasKilled = run.isReplay && !folder?.manifest.ended
    this.#backlog = new Backlog({
      limit: parts.maxQueue,
      folder,
      doubtful: wasKilled ? concurrency * maxItems : 0,
      mayRepeat: (kind) => !idempotent.includes(kind),
      overflow: {
        policy: parts.backPressure,
        dropped: (count) => this.#lose('dropped', count),
        coalesced: (count) => this.#lose('coalesced', count),
      },
      onDiskError: (thrown) => this.#complaints.spool(thrown),
    })
    const [halting, ending] = [new AbortController(), new AbortController()]
    const { signal } = ending
    const send = createFetch({ ...parts, signal, boundTo: parts.boundTo })
    const state = new Map(Object.entries(run.state))
    const context = openContext({
      ...{ run, clock, signal, fetch: send, state, report },
      emit: (name, value) => this.#emit(name, value),
      keep: (key, value) => this.#keep(key, value),
    })
    this.#pump = new Pump({
      ...parts,
      context,
      backlog: this.#backlog,
      halting,
      ending,
      listener: {
        opened: (result) => host.opened(result),
        settled: (done, rejected) => this.#settled(done, rejected),
        retried: () => void this.counts.retries++,
        failed: (failure) => this.#complaints.failure(failure),
        refused: (failure) => {
          this.#complaints.refusal(failure)
          host.opened(undefined)
        },
      },
    })
  }

  /** Opens the run, and delivers what an earlier process left of it. */
  start(): void {
    if (this.#parts.folder?.segments.numbers().length) this.#backlog.resume()
    this.#pump.start()
    this.#touch()
  }

  /** Takes what was logged: on disk, where there is a spool, before it returns. */
  accept(loose: readonly LooseEntry[]): void {
    const entries = loose.flatMap((one) => this.#settledEntry(one))
    if (entries.length === 0) return
    const count = entries.reduce((sum, one) => sum + (one.seq > 0 ? countOf(one) : 0), 0)
    this.counts.logged += count
    this.#position = entries.at(-1) as Entry
    if (this.#backlog.push(entries)) {
      this.#onDisk += count
      this.#parts.host.freed(count)
    }
    if (this.#pump.isStalled) this.#backlog.shrink()
    this.#pump.wake()
  }

  /** Delivers the rest and ends the run. Gives whether everything has arrived. */
  async finish(status: RunStatus, endedAt: number, deadline: number): Promise<boolean> {
    const { clock, folder, host, run } = this.#parts
    this.#end(status, endedAt)
    const cancel = clock.after(PROGRESS_MS, () => {
      const until = this.#pump.givesUpAt(deadline)
      const count = run.isReplay ? undefined : this.#unsettled
      host.report('info', waitingLine({ count, until, deadline, now: clock.now() }))
    })
    const isDrained = await this.#pump.drain(deadline)
    cancel()
    const until = folder ? deadline : Math.max(deadline, clock.now() + LAST_CHANCE_MS)
    const isClosed = (isDrained || !folder) && (await this.#pump.close(status, endedAt, until))
    const doubtful = await this.#pump.stop()
    this.#doubt(doubtful)
    this.#cancelTouch()
    this.#leave(isDrained && isClosed)
    return isDrained && isClosed
  }

  /** Resolves once what was accepted is where a kill cannot reach it, or nothing gets through. */
  async saved(): Promise<void> {
    if (!this.#parts.folder) await this.#pump.flush()
  }

  /** Leaves at once, with everything on disk for `regimen sync`. */
  abandon(status: RunStatus, endedAt: number): void {
    this.#end(status, endedAt)
    this.#doubt(this.#pump.doubtful)
    this.#parts.folder?.close()
  }

  /** Gives up on what has not been delivered: {@link finish} comes to its end. */
  readonly stop = async (): Promise<void> => void (await this.#pump.stop())

  /** The end of the run is near: nothing is waited for that nobody asked for. */
  hurry(): void {
    this.#pump.hurry()
  }

  /** Remembers records that may have arrived, so that it is told where they come twice. */
  #doubt(doubtful: readonly Queued[]): void {
    this.#write(() => doubtOnDisk(this.#parts.folder, this.counts, doubtful))
  }

  get #unsettled(): number {
    const { logged, sent, rejected, dropped, coalesced } = this.counts
    return logged - sent - rejected - dropped - coalesced
  }

  #settledEntry(loose: LooseEntry): Entry[] {
    try {
      return [settledEntry(loose, this.#parts.files)]
    } catch (thrown) {
      this.counts.logged++
      this.#lose('dropped', 1)
      this.#complaints.payload(loose, thrown)
      return []
    }
  }

  #settled(done: readonly Queued[], rejected: readonly Queued[]): void {
    const { folder, host } = this.#parts
    const all = [...done, ...rejected]
    const loose = countSettled(this.counts, done, rejected)
    if (loose > 0) host.freed(loose)
    this.#onDisk -= all.filter((one) => one.segment !== undefined && one.record.seq > 0).length
    if (folder) this.#write(() => settleOnDisk(folder, all))
    for (const { record } of all) discardPayload(record)
  }

  #lose(how: 'dropped' | 'coalesced', count: number): void {
    this.counts[how] += count
    if (count > 0) this.#parts.host.freed(count)
  }

  #emit(name: string, value: Json): void {
    const { step, epoch } = this.#position
    const seq = -++this.#emitted
    const time = Math.round(this.#parts.clock.now())
    this.accept([{ kind: 'other', seq, time, step, epoch, name, value }])
  }

  #keep(key: string, value: Json): void {
    this.#parts.host.stateChanged(key, value)
    this.#write(() => this.#parts.folder?.setState(key, value))
  }

  #end(status: RunStatus, endedAt: number): void {
    this.#write(() => this.#parts.folder?.end(status, endedAt))
  }

  /** A disk that cannot be written ends nothing. */
  #write(change: () => void): void {
    try {
      change()
    } catch (thrown) {
      this.#complaints.spool(thrown)
    }
  }

  #leave(isComplete: boolean): void {
    const { folder, files, run } = this.#parts
    const isFirst = !run.isReplay && run.opens === 0
    const own = isFirst && { unsettled: this.#unsettled, onDisk: this.#onDisk }
    if (folder) leaveFolder(folder, this.counts, { isComplete, own })
    else {
      this.counts.dropped += this.#unsettled
      removeFolder(dirname(files))
    }
  }

  #touch(): void {
    this.#parts.folder?.touch()
    this.#cancelTouch = this.#parts.clock.after(60_000, () => this.#touch())
  }
}
