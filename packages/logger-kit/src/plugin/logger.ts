import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import type { Json, LogRecord, PluginContext } from '@regimen/core'
import { systemClock } from '../clock.js'
import { type CourierInit, secretsOf } from '../delivery/courier.js'
import { type Counts, noCounts } from '../pump/counters.js'
import { reportLine } from '../pump/report-line.js'
import { defaultRetry } from '../pump/retry.js'
import type { OpenResult, RunStatus, WriterFactory } from '../writer/log-writer.js'
import { atMost } from './at-most.js'
import type { checkCommon } from './check-common.js'
import { givenSecrets, type LoggerDefinition, type LoggerHandle } from './definition.js'
import { EarlyRecords } from './early-records.js'
import { handleOf } from './handle.js'
import { type Hurried, hurryAll } from './hurried.js'
import { kindsTaken } from './kinds.js'
import { runStatus } from './run-status.js'
import { Session } from './session.js'

/** The longest that the start of a run waits for the writer's thread, or its files. */
const OPEN_MS = 10_000
/** How long the end of an interrupted run waits: somebody wants to leave. */
const INTERRUPTED_MS = 5000
/** Options that all loggers have, complete. */
export type Settings = ReturnType<typeof checkCommon>

/** A logger of one trainer. */
export class Logger {
  readonly #definition: LoggerDefinition<never>
  readonly #settings: Settings
  readonly #context: PluginContext
  readonly #taken: ReturnType<typeof kindsTaken>
  readonly #isNative: boolean
  readonly #onExit = () => this.leave('interrupted')
  #session: Session | undefined
  /** Resolves once the session has begun; nothing where it is not waited for any more. */
  #beginning: Promise<void> | undefined
  readonly #early: EarlyRecords
  /** Of the run that a test goes on with. */
  #run = { runId: '', startedAt: 0, seq: 1, opens: 0, state: {} as Record<string, Json> }
  #found: OpenResult = {}
  #counts: Counts = noCounts()
  /** Whether the writer has said, at the end of a run, what that waits for. */
  #hasToldOfWaiting = false
  /** When the end of the run began, by `performance.now()`. */
  #endBegan: number | undefined

  constructor(definition: LoggerDefinition<never>, settings: Settings, context: PluginContext) {
    const { writer, options } = definition
    this.#definition = definition
    this.#settings = settings
    this.#context = context
    const secrets = secretsOf(givenSecrets(definition))
    const { offline, kinds } = writer.create(options, { secrets }).capabilities
    this.#isNative = offline === 'native'
    this.#taken = kindsTaken(kinds)
    this.#early = new EarlyRecords(context.events$, () => this.#open())
  }

  tap(): void {
    const { hooks, id, provide } = this.#context
    provide('logger', this.#handle())
    hooks.setup.tap(id, ({ stage }) => {
      if (stage !== 'fit') return
      this.#run = { ...this.#newRun() }
      this.#early.begin()
    })
    hooks.record.tapPromise(id, (record) => {
      if (!this.#taken.has(record.kind)) {
        const note = this.#taken.skip(record.kind)
        if (note) this.#context.report.info(note)
        return Promise.resolve()
      }
      if (this.#early.keeps(record)) return Promise.resolve()
      const taken = this.#take(this.#open(), record)
      return this.#beginning ? Promise.all([taken, this.#beginning]).then(() => {}) : taken
    })
    hooks.save.tapPromise(id, () =>
      this.#waiting('what was logged is on disk', this.#session?.save() ?? Promise.resolve()),
    )
    hooks.teardown.tapPromise(id, ({ outcome }) => {
      // Each logger's end waits for the one before: all deliver at the same time, by one deadline.
      hurryAll(this.#context.services('logger'))
      return this.#end(runStatus[outcome])
    })
  }

  /** The end of the run begins, here or with another logger. */
  hurry(): void {
    if (!this.#session) return
    this.#endBegan ??= performance.now()
    this.#session?.hurry()
  }

  /** The process ends, or the trainer is disposed of in the middle of a run. */
  leave(status: RunStatus): void {
    this.#early.end()
    process.off('exit', this.#onExit)
    this.#session?.exit(status)
    this.#session = undefined
  }

  #newRun() {
    const runId = randomUUID().replaceAll('-', '')
    this.#found = {}
    this.#counts = noCounts()
    return { runId, startedAt: Date.now(), seq: 1, opens: 0, state: {} }
  }

  /** The session of the run, which begins with the first thing that is to be delivered. */
  #open(): Session {
    if (this.#session) return this.#session
    const session = this.#start()
    this.#session = session
    this.#beginning = this.#begun(session).finally(() => {
      this.#beginning = undefined
    })
    for (const record of this.#early.end()) void this.#take(session, record)
    return session
  }

  /** The spool and files are there before training goes on; a service is not waited for. */
  async #begun(session: Session): Promise<void> {
    const isThere = this.#isNative ? session.whenOpened : session.whenReady()
    const until = this.#isNative ? 'its files are open' : 'its thread has started'
    await this.#waiting(until, atMost(OPEN_MS, isThere))
  }

  #take(session: Session, record: LogRecord): Promise<void> {
    return record.kind === 'metrics' ? session.metrics(record) : session.other(record)
  }

  #start(): Session {
    if (this.#run.runId === '') this.#run = this.#newRun()
    process.on('exit', this.#onExit)
    const { report } = this.#context
    return new Session({
      factory: this.#definition.writer as WriterFactory<never>,
      init: this.#init(),
      surroundings: {
        clock: systemClock,
        random: Math.random,
        retry: defaultRetry,
        environment: process.env,
      },
      isThreaded: this.#settings.thread,
      isSpooled: !this.#isNative,
      seq: this.#run.seq,
      report: (level, message) => {
        this.#hasToldOfWaiting ||= this.#endBegan !== undefined
        report[level](message)
      },
      opened: (result) => {
        this.#found = result ?? this.#found
      },
      stateChanged: (key, value) => {
        this.#run.state = { ...this.#run.state, [key]: value }
      },
    })
  }

  #init(): CourierInit {
    const { name, module, options } = this.#definition
    const { id, maxQueue, backPressure } = this.#settings
    const { runId, startedAt, state, opens } = this.#run
    this.#run.opens++
    return {
      ...{ runId, id, name, startedAt, state, opens, maxQueue, backPressure },
      rootDir: resolve(this.#context.rootDir),
      module: String(module),
      package: this.#definition.package,
      options: options as Json,
      secrets: givenSecrets(this.#definition),
    }
  }

  async #end(status: RunStatus): Promise<void> {
    this.#early.end()
    const session = this.#session
    if (!session) return
    const { deadlineMs } = this.#settings
    const limit = status === 'interrupted' ? Math.min(deadlineMs, INTERRUPTED_MS) : deadlineMs
    const spent = performance.now() - (this.#endBegan ?? performance.now())
    const finished = session.finish(status, Math.max(0, limit - spent))
    this.#counts = await this.#waiting('what was logged is delivered', finished)
    this.#endBegan = undefined
    this.#hasToldOfWaiting = false
    process.off('exit', this.#onExit)
    this.#run.seq = session.seq
    this.#session = undefined
    const { rejected, dropped, coalesced, spooled, damaged } = this.#counts
    const isGood = rejected + dropped + coalesced + spooled + damaged === 0
    const { logDir, url } = this.#found
    const places = { logDir, url, rootDir: resolve(this.#context.rootDir) }
    this.#context.report[isGood ? 'info' : 'warn'](reportLine(this.#counts, places))
  }

  /** Waits on purpose, which the run says where it takes long. */
  async #waiting<T>(until: string, promise: Promise<T>): Promise<T> {
    const done = this.#context.explainWait(() => (this.#hasToldOfWaiting ? undefined : until))
    try {
      return await promise
    } finally {
      done()
    }
  }

  #handle(): LoggerHandle & Hurried {
    return handleOf({
      name: this.#definition.name,
      id: this.#settings.id,
      runId: () => this.#run.runId || undefined,
      found: () => this.#found,
      counts: () => this.#counts,
      hurry: () => this.hurry(),
    })
  }
}
