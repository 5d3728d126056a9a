import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { LogRecord } from '@regimen/core'
import { secretsOf } from '../delivery/courier.js'
import type { DeliveryHost } from '../delivery/delivery-parts.js'
import { Redactor, secretsAround } from '../http/redactor.js'
import { type Counters, type Counts, noCounts, withLost } from '../pump/counters.js'
import { Journal } from '../spool/journal.js'
import { filesOf, lockOf } from '../spool/run-folder.js'
import type { RunStatus } from '../writer/log-writer.js'
import { atMost } from './at-most.js'
import type { Link } from './link.js'
import { LocalLink } from './local-link.js'
import { Recorder } from './recorder.js'
import { Room } from './room.js'
import type { SessionParts } from './session-parts.js'
import { ThreadLink } from './thread-link.js'

/** Entries that are sent to the writer together, and the longest that they wait for it. */
const PACKET_ENTRIES = 1024
const PACKET_MS = 100
/** The longest that a record waits for a writer which does not keep up. */
const PATIENCE_MS = 5000
const READY = Promise.resolve()

/** One run as the training thread sees it: takes records, in next to no time, and sends them off. */
export class Session {
  readonly #parts: SessionParts
  readonly #recorder: Recorder
  readonly #room: Room
  readonly #started: number
  #link: Link
  #journal: Journal | undefined
  #cancelFlush: (() => void) | undefined
  readonly #lost: Counters = noCounts()
  readonly #told = new Set<string>()
  #setOpened = () => {}
  /** Resolves once the writer has opened the run. */
  readonly whenOpened: Promise<void>

  constructor(parts: SessionParts) {
    const { init, seq } = parts
    this.#parts = parts
    this.#room = new Room(init.maxQueue * 2, PATIENCE_MS)
    this.#started = seq
    const known = secretsOf({ ...secretsAround(parts.surroundings.environment), ...init.secrets })
    const redactor = new Redactor(Object.values(known))
    const files = filesOf(init.rootDir, init.id, init.runId)
    this.#recorder = new Recorder({ redactor, files, seq })
    this.whenOpened = new Promise((resolve) => {
      this.#setOpened = resolve
    })
    if (parts.isSpooled) this.#journal = new Journal(dirname(files))
    this.#link = parts.isThreaded ? this.#threadLink() : this.#localLink()
  }

  /** Number of the next record. */
  get seq(): number {
    return this.#recorder.seq
  }

  /** Resolves once what is logged is safe from a kill soon after. */
  whenReady(): Promise<void> {
    return this.#link.ready()
  }

  /** Takes metrics. The promise waits only where the writer is far behind. */
  metrics(record: Extract<LogRecord, { kind: 'metrics' }>): Promise<void> {
    if (this.#room.isFull) return this.#metricsOnceThereIsRoom(record)
    const before = this.#recorder.seq
    this.#keep(record)
    this.#recorder.metrics(record)
    this.#room.take(this.#recorder.seq - before)
    this.#schedule()
    return READY
  }

  /** Takes a record of another kind. Never rejects. */
  async other(record: Exclude<LogRecord, { kind: 'metrics' }>): Promise<void> {
    if (this.#room.isFull) await this.#waitForRoom()
    const before = this.#recorder.seq
    try {
      await this.#recorder.other(record)
    } catch (thrown) {
      this.#lost.dropped++
      this.#warnOnce(`A record of kind "${record.kind}" is lost: ${textOf(thrown)}`)
    }
    this.#room.take(this.#recorder.seq - before)
    this.flush()
    // Bytes are in a file before there can be more of them; with a spool all is on disk.
    const isWaited = this.#parts.isSpooled || record.kind === 'image'
    if (isWaited) await atMost(PATIENCE_MS, this.#link.saved())
  }

  /** Sends what has gathered. */
  flush(): void {
    this.#cancelFlush?.()
    this.#cancelFlush = undefined
    this.#journal?.sent()
    if (this.#recorder.size > 0) this.#link.send(this.#recorder.take())
  }

  /** Metrics go to the thread in packets, now and then: until then they are in the journal. */
  #keep(record: Extract<LogRecord, { kind: 'metrics' }>): void {
    try {
      this.#journal?.append(this.#recorder.entryOf(record))
    } catch {
      // The spool is on the same disk, and tells of it. They wait in memory.
    }
  }

  /** Resolves once all that was logged is safe from a kill, at the latest in five seconds. */
  async save(): Promise<void> {
    this.flush()
    await atMost(PATIENCE_MS, this.#link.saved())
  }

  /** The end of the run is near: sends what has gathered, and the writer waits for nothing more. */
  hurry(): void {
    this.flush()
    this.#link.hurry()
  }

  /** Delivers the rest and ends. Never rejects. */
  async finish(status: RunStatus, deadlineMs: number): Promise<Counts> {
    await this.#link.ready()
    this.flush()
    try {
      const counts = await this.#link.finish(status, this.#now(), deadlineMs)
      return withLost(counts, this.#lost)
    } catch (thrown) {
      const logged = this.#recorder.seq - this.#started
      this.#parts.report('warn', `The end of the run was not delivered: ${textOf(thrown)}`)
      return withLost({ ...noCounts(), logged, spooled: logged }, this.#lost)
    }
  }

  /** The process ends. */
  exit(status: RunStatus): void {
    this.flush()
    this.#link.exit(status, this.#now())
  }

  #now(): number {
    return Math.round(this.#parts.surroundings.clock.now())
  }

  #schedule(): void {
    if (this.#recorder.size >= PACKET_ENTRIES) this.flush()
    else this.#cancelFlush ??= this.#parts.surroundings.clock.after(PACKET_MS, () => this.flush())
  }

  async #metricsOnceThereIsRoom(record: Extract<LogRecord, { kind: 'metrics' }>): Promise<void> {
    await this.#waitForRoom()
    if (this.#room.isFull) {
      const count = Object.keys(record.values).length
      this.#lost.dropped += count
      this.#lost.logged += count
      this.#warnOnce('The writer does not keep up, and memory is full: metrics are lost')
      return
    }
    await this.metrics(record)
  }

  #waitForRoom(): Promise<void> {
    this.flush()
    return this.#room.wait()
  }

  #host(): DeliveryHost {
    const { report, opened, stateChanged } = this.#parts
    return {
      report,
      stateChanged,
      stored: (seq) => this.#journal?.stored(seq),
      opened: (result) => {
        opened(result)
        this.#setOpened()
      },
      freed: (count) => this.#room.free(count),
    }
  }

  #localLink(): Link {
    const { factory, init, surroundings } = this.#parts
    return new LocalLink(factory, init, this.#host(), surroundings)
  }

  #threadLink(): Link {
    return new ThreadLink(this.#parts.init, this.#host(), (reason, packets, wasReady) => {
      if (wasReady) {
        // The lock names this process, which lives on; nobody works under it any more.
        this.#journal?.sent()
        this.#journal = undefined
        rmSync(lockOf(this.#parts.init), { force: true })
        this.#parts.report('warn', `Nothing more is logged in this run: ${reason}`)
        return
      }
      const advice = 'It works in the training thread instead, which is slower'
      this.#parts.report(
        'warn',
        `The writer cannot run in a thread of its own: ${reason} ${advice}.`,
      )
      this.#link = this.#localLink()
      for (const packet of packets) this.#link.send(packet)
    })
  }

  #warnOnce(message: string): void {
    if (this.#told.has(message)) return
    this.#told.add(message)
    this.#parts.report('warn', `${message}.`)
  }
}

const textOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown)
