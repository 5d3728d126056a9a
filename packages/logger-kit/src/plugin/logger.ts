import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import type { Json, PluginContext } from '@regimen/core'
import { systemClock } from '../clock.js'
import { type CourierInit, secretsOf } from '../delivery/courier.js'
import { type Counts, noCounts } from '../pump/counters.js'
import { reportLine } from '../pump/report-line.js'
import { defaultRetry } from '../pump/retry.js'
import type { OpenResult, RunStatus, WriterFactory } from '../writer/log-writer.js'
import { atMost } from './at-most.js'
import type { checkCommon } from './check-common.js'
import { givenSecrets, type LoggerDefinition, type LoggerHandle } from './definition.js'
import { HURRY, type Hurried, hurryAll } from './hurried.js'
import { kindsTaken } from './kinds.js'
import { Session } from './session.js'

/** The longest that the start of a run waits for the writer's thread, or its files. */
const OPEN_MS = 10_000
/** How long the end of an interrupted run waits: somebody wants to leave. */
const INTERRUPTED_MS = 5000
const STATUS = {
  completed: 'finished',
  stopped: 'finished',
  skipped: 'finished',
  interrupted: 'interrupted',
  failed: 'failed',
} as const satisfies Record<string, RunStatus>

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
  }

  tap(): void {
    const { hooks, id, provide } = this.#context
    provide('logger', this.#handle())
    hooks.setup.tapPromise(id, async ({ stage }) => {
      if (stage === 'fit') this.#run = { ...this.#newRun() }
      if (stage === 'fit' || (this.#run.runId !== '' && stage !== 'predict')) await this.#begin()
    })
    hooks.record.tapPromise(id, (record) => {
      if (!this.#taken.has(record.kind)) {
        const note = this.#taken.skip(record.kind)
        if (note) this.#context.report.info(note)
        return Promise.resolve()
      }
      this.#session ??= this.#start()
      return record.kind === 'metrics' ? this.#session.metrics(record) : this.#session.other(record)
    })
    hooks.save.tapPromise(id, () =>
      this.#waiting('what was logged is on disk', this.#session?.save() ?? Promise.resolve()),
    )
    hooks.teardown.tapPromise(id, ({ outcome }) => {
      // Each logger's end waits for the one before: all deliver at the same time, by one deadline.
      hurryAll(this.#context.services('logger'))
      return this.#end(STATUS[outcome])
    })
  }

  /** The end of the run begins, here or with another logger. */
  hurry(): void {
    this.#endBegan ??= performance.now()
    this.#session?.hurry()
  }

  /** The process ends, or the trainer is disposed of in the middle of a run. */
  leave(status: RunStatus): void {
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

  /** The spool and files are there before training begins; a service is not waited for. */
  async #begin(): Promise<void> {
    const session = this.#start()
    this.#session = session
    const isThere = this.#isNative ? session.whenOpened : session.whenReady()
    const until = this.#isNative ? 'its files are open' : 'its thread has started'
    await this.#waiting(until, atMost(OPEN_MS, isThere))
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
    const name = this.#definition.name
    const { id } = this.#settings
    const logger = this
    return {
      name,
      id,
      get runId() {
        return logger.#run.runId || undefined
      },
      get experiment() {
        return logger.#found.name
      },
      get version() {
        return logger.#found.version
      },
      get url() {
        return logger.#found.url
      },
      get logDir() {
        return logger.#found.logDir
      },
      get counts() {
        return logger.#counts
      },
      [HURRY]: () => logger.hurry(),
    }
  }
}
