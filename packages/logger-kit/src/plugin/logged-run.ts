import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { LogRecord } from '@regimen/core'
import { atMost } from '../clock.js'
import { createDelivery } from '../delivery/create-delivery.js'
import type { DeliveryHost, DeliveryInit, Platform } from '../delivery/delivery.js'
import { type Counters, type Counts, noCounts, withLost } from '../delivery/report.js'
import { Redactor, secretsAround } from '../http/redactor.js'
import { Journal } from '../spool/journal.js'
import { filesOf, lockOf } from '../spool/run-folder.js'
import { type Channel, LocalChannel } from '../worker/channel.js'
import { type ThreadFailure, WorkerChannel } from '../worker/worker-channel.js'
import type { RunStatus, WriterFactory } from '../writer/log-writer.js'
import { messageOf } from '../writer/logger-error.js'
import { secretsOf } from '../writer/secret.js'
import { MemoryLimit } from './memory-limit.js'
import { Recorder } from './recorder.js'

/** Entries that are sent to the writer together, and the longest that they wait for it. */
const PACKET_ENTRIES = 1024
const PACKET_MS = 100
/** The longest that a record waits for a writer which does not keep up. */
const PATIENCE_MS = 5000

type Metrics = Extract<LogRecord, { kind: 'metrics' }>
type RunHost = Pick<DeliveryHost, 'report' | 'opened' | 'stateChanged'>

/** What a {@link LoggedRun} works with. */
export interface LoggedRunOptions extends RunHost {
  readonly factory: WriterFactory<never>
  readonly init: DeliveryInit
  readonly platform: Platform
  readonly isThreaded: boolean
  /** Whether each record is on disk before it is taken: if there is a spool. */
  readonly isSpooled: boolean
  /** Number of the first record. */
  readonly seq: number
}

/** A run as the training thread sees it: takes records, in next to no time, and sends them off. */
export class LoggedRun {
  readonly #options: LoggedRunOptions
  readonly #recorder: Recorder
  readonly #memory: MemoryLimit
  #channel: Channel
  #journal: Journal | undefined
  #cancelFlush: (() => void) | undefined
  readonly #lost: Counters = noCounts()
  readonly #warnings = new Set<string>()
  #setOpened = () => {}
  /** Resolves once the writer has opened the run. */
  readonly whenOpened: Promise<void>

  constructor(options: LoggedRunOptions) {
    const { init, seq, platform } = options
    const secrets = { ...secretsAround(platform.environment), ...init.secrets }
    const redactor = new Redactor(Object.values(secretsOf(secrets)))
    const files = filesOf(init.rootDir, init.id, init.runId)
    this.#options = options
    this.#memory = new MemoryLimit(init.maxQueue * 2, PATIENCE_MS)
    this.#recorder = new Recorder({ redactor, files, seq })
    this.whenOpened = new Promise((resolve) => {
      this.#setOpened = resolve
    })
    if (options.isSpooled) this.#journal = new Journal(dirname(files))
    this.#channel = this.#openChannel(options.isThreaded)
  }

  /** Number of the next record. */
  get seq(): number {
    return this.#recorder.seq
  }

  /** Resolves once what is logged is safe from a kill soon after. */
  whenReady(): Promise<void> {
    return this.#channel.ready()
  }

  /** Takes metrics. The promise waits only if the writer is far behind. */
  metrics(record: Metrics): Promise<void> {
    if (this.#memory.isReached) return this.#metricsOnceThereIsRoom(record)
    const before = this.#recorder.seq
    this.#keepInJournal(record)
    this.#recorder.metrics(record)
    this.#memory.take(this.#recorder.seq - before)
    this.#flushSoon()
    return Promise.resolve()
  }

  /** Takes a record of another kind. Never rejects. */
  async other(record: Exclude<LogRecord, { kind: 'metrics' }>): Promise<void> {
    if (this.#memory.isReached) {
      this.flush()
      await this.#memory.wait()
    }
    const before = this.#recorder.seq
    try {
      await this.#recorder.other(record)
    } catch (thrown) {
      this.#lost.dropped++
      this.#warnOnce(`A record of kind "${record.kind}" is lost: ${messageOf(thrown)}`)
    }
    this.#memory.take(this.#recorder.seq - before)
    this.flush()
    // Bytes are in a file before there can be more of them; with a spool all is on disk.
    if (this.#options.isSpooled || record.kind === 'image')
      await atMost(PATIENCE_MS, this.#channel.saved())
  }

  /** Sends what has gathered. */
  flush(): void {
    this.#cancelFlush?.()
    this.#cancelFlush = undefined
    this.#journal?.sent()
    if (this.#recorder.size > 0) this.#channel.send(this.#recorder.take())
  }

  /** Resolves once all that was logged is safe from a kill, at the latest in five seconds. */
  async save(): Promise<void> {
    this.flush()
    await atMost(PATIENCE_MS, this.#channel.saved())
  }

  /** The end of the run is near: sends what has gathered, and the writer waits for nothing more. */
  hurry(): void {
    this.flush()
    this.#channel.hurry()
  }

  /** Delivers the rest and ends. Never rejects. */
  async finish(status: RunStatus, deadlineMs: number): Promise<Counts> {
    await this.#channel.ready()
    this.flush()
    const endedAt = Math.round(this.#options.platform.clock.now())
    try {
      const counts = await this.#channel.finish(status, endedAt, deadlineMs)
      return withLost(counts, this.#lost)
    } catch (thrown) {
      const { report, seq } = this.#options
      const logged = this.#recorder.seq - seq
      report('warn', `The end of the run was not delivered: ${messageOf(thrown)}`)
      return withLost({ ...noCounts(), logged, spooled: logged }, this.#lost)
    }
  }

  /** The process ends. */
  exit(status: RunStatus): void {
    this.flush()
    this.#channel.exit(status, Math.round(this.#options.platform.clock.now()))
  }

  /** Metrics go to the thread in packets, now and then: until then they are in the journal. */
  #keepInJournal(record: Metrics): void {
    try {
      this.#journal?.append(this.#recorder.entryOf(record))
    } catch {
      // The spool is on the same disk, and its failure is said. They wait in memory.
    }
  }

  #flushSoon(): void {
    const { clock } = this.#options.platform
    if (this.#recorder.size >= PACKET_ENTRIES) this.flush()
    else this.#cancelFlush ??= clock.after(PACKET_MS, () => this.flush())
  }

  async #metricsOnceThereIsRoom(record: Metrics): Promise<void> {
    this.flush()
    await this.#memory.wait()
    if (!this.#memory.isReached) return this.metrics(record)
    this.#lost.dropped += Object.keys(record.values).length
    this.#lost.logged += Object.keys(record.values).length
    this.#warnOnce('The writer does not keep up, and memory is full: metrics are lost')
  }

  #host(): DeliveryHost {
    const { report, opened, stateChanged } = this.#options
    return {
      report,
      stateChanged,
      stored: (seq) => this.#journal?.stored(seq),
      opened: (result) => {
        opened(result)
        this.#setOpened()
      },
      freed: (count) => this.#memory.free(count),
    }
  }

  #openChannel(isThreaded: boolean): Channel {
    const { factory, init, platform } = this.#options
    const host = this.#host()
    const failed = (failure: ThreadFailure) => this.#threadFailed(failure)
    if (isThreaded) return new WorkerChannel(init, host, failed)
    return new LocalChannel(createDelivery(factory, init, host, platform))
  }

  /** A thread that never began is replaced; one that dies ends the logging of this run. */
  #threadFailed({ reason, unsent, wasReady }: ThreadFailure): void {
    const { init, report } = this.#options
    if (wasReady) {
      // The lock names this process, which lives on; nobody works under it any more.
      this.#journal?.sent()
      this.#journal = undefined
      rmSync(lockOf(init), { force: true })
      report('warn', `Nothing more is logged in this run: ${reason}`)
      return
    }
    const advice = 'It works in the training thread instead, which is slower'
    report('warn', `The writer cannot run in a separate thread: ${reason} ${advice}.`)
    this.#channel = this.#openChannel(false)
    for (const packet of unsent) this.#channel.send(packet)
  }

  #warnOnce(message: string): void {
    if (this.#warnings.has(message)) return
    this.#warnings.add(message)
    this.#options.report('warn', `${message}.`)
  }
}
