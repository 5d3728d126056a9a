import { resolve } from 'node:path'
import type { LogRecord, PluginContext } from '@regimen/core'
import { atMost } from '../clock.js'
import { systemPlatform } from '../delivery/delivery.js'
import { type Counts, noCounts, reportLine } from '../delivery/report.js'
import type { OpenResult, RunStatus, WriterFactory } from '../writer/log-writer.js'
import { secretsOf } from '../writer/secret.js'
import type { CommonOptions } from './common-options.js'
import { type LoggerDefinition, presentSecrets } from './definition.js'
import { LoggedRun } from './logged-run.js'
import { RecordIntake } from './record-intake.js'
import { RunIdentity, tapRunState } from './run-identity.js'
import { hurryAll, type LoggerHandle, loggerService } from './service.js'

/** The longest that the start of a run waits for the writer's thread, or its files. */
const OPEN_MS = 10_000
/** How long the end of an interrupted run waits: somebody wants to leave. */
const INTERRUPTED_MS = 5000

/** How a run ended, by the outcome of its stage. */
const STATUS = {
  completed: 'finished',
  stopped: 'finished',
  skipped: 'finished',
  interrupted: 'interrupted',
  failed: 'failed',
} as const satisfies Record<string, RunStatus>

/** A logger of one trainer: its taps, and the run that it is logging. */
export class Logger {
  readonly #definition: LoggerDefinition<never>
  readonly #options: CommonOptions
  readonly #context: PluginContext
  readonly #isNative: boolean
  readonly #intake: RecordIntake
  readonly #onExit = () => this.leave('interrupted')
  #identity: RunIdentity | undefined
  #opened: OpenResult = {}
  #counts: Counts = noCounts()
  #run: LoggedRun | undefined
  /** Resolves once the run has begun; nothing if that is not waited for any more. */
  #beginning: Promise<void> | undefined
  /** Whether the writer has said, at the end of a run, what that waits for. */
  #hasExplainedWait = false
  /** When the end of the run began, by `performance.now()`. */
  #endBegan: number | undefined

  constructor(
    definition: LoggerDefinition<never>,
    options: CommonOptions,
    context: PluginContext,
  ) {
    const secrets = secretsOf(presentSecrets(definition))
    const writer = definition.writer.create(definition.options, { secrets })
    const { offline, kinds } = writer.capabilities
    this.#definition = definition
    this.#options = options
    this.#context = context
    this.#isNative = offline === 'native'
    this.#intake = new RecordIntake(kinds, context, () => this.#open())
  }

  tap(): void {
    const { hooks, id, provide } = this.#context
    provide('logger', this.#service())
    hooks.setup.tap(id, ({ stage }) => {
      if (stage !== 'fit') return
      this.#newRun()
      this.#intake.beginFit()
    })
    hooks.record.tapPromise(id, (record) => this.#record(record))
    hooks.save.tapPromise(id, () => {
      const saved = this.#run?.save() ?? Promise.resolve()
      return this.#explainWait('what was logged is on disk', saved)
    })
    hooks.teardown.tapPromise(id, ({ outcome }) => {
      // Each logger's end waits for the one before: all deliver at the same time, by one deadline.
      hurryAll(this.#context.services('logger'))
      return this.#end(STATUS[outcome])
    })
  }

  /** A checkpoint keeps which run this is, and a fit that resumes from it continues that run. */
  tapState(): void {
    tapRunState(this.#context, () => this.#identity)
  }

  /** The process ends, or the trainer is disposed of in the middle of a run. */
  leave(status: RunStatus): void {
    this.#intake.release()
    process.off('exit', this.#onExit)
    this.#run?.exit(status)
    this.#run = undefined
  }

  #newRun(): RunIdentity {
    const identity = new RunIdentity()
    this.#identity = identity
    this.#opened = {}
    this.#counts = noCounts()
    return identity
  }

  #record(record: LogRecord): Promise<void> {
    if (!this.#intake.takes(record)) return Promise.resolve()
    if (this.#intake.keepsEarly(record)) return Promise.resolve()
    const taken = this.#take(this.#open(), record)
    return this.#beginning ? Promise.all([taken, this.#beginning]).then(() => {}) : taken
  }

  #take(run: LoggedRun, record: LogRecord): Promise<void> {
    return record.kind === 'metrics' ? run.metrics(record) : run.other(record)
  }

  /** The run, which begins with the first thing that is to be delivered. */
  #open(): LoggedRun {
    if (this.#run) return this.#run
    const run = this.#startRun()
    this.#run = run
    this.#beginning = this.#begun(run).finally(() => {
      this.#beginning = undefined
    })
    for (const record of this.#intake.release()) void this.#take(run, record)
    return run
  }

  /** The spool and files are there before training continues; a service is not waited for. */
  async #begun(run: LoggedRun): Promise<void> {
    const isThere = this.#isNative ? run.whenOpened : run.whenReady()
    const until = this.#isNative ? 'its files are open' : 'its thread has started'
    await this.#explainWait(until, atMost(OPEN_MS, isThere))
  }

  #startRun(): LoggedRun {
    const identity = this.#identity ?? this.#newRun()
    const { report, rootDir } = this.#context
    process.on('exit', this.#onExit)
    return new LoggedRun({
      factory: this.#definition.writer as WriterFactory<never>,
      init: identity.open(this.#definition, this.#options, rootDir),
      platform: systemPlatform(),
      isThreaded: this.#options.thread,
      isSpooled: !this.#isNative,
      seq: identity.seq,
      report: (level, message) => {
        this.#hasExplainedWait ||= this.#endBegan !== undefined
        report[level](message)
      },
      opened: (result) => {
        this.#opened = result ?? this.#opened
      },
      stateChanged: (key, value) => identity.keep(key, value),
    })
  }

  async #end(status: RunStatus): Promise<void> {
    this.#intake.release()
    const run = this.#run
    if (!run) return
    const { deadlineMs } = this.#options
    const limit =
      status === 'interrupted' ? Math.min(deadlineMs, INTERRUPTED_MS) : deadlineMs
    const spent = performance.now() - (this.#endBegan ?? performance.now())
    const finished = run.finish(status, Math.max(0, limit - spent))
    this.#counts = await this.#explainWait('what was logged is delivered', finished)
    this.#endBegan = undefined
    this.#hasExplainedWait = false
    process.off('exit', this.#onExit)
    if (this.#identity) this.#identity.seq = run.seq
    this.#run = undefined
    this.#reportEnd()
  }

  #reportEnd(): void {
    const { rejected, dropped, coalesced, spooled, damaged } = this.#counts
    const isGood = rejected + dropped + coalesced + spooled + damaged === 0
    const { logDir, url } = this.#opened
    const places = { logDir, url, rootDir: resolve(this.#context.rootDir) }
    this.#context.report[isGood ? 'info' : 'warn'](reportLine(this.#counts, places))
  }

  /** Waits on purpose, which the run says where it takes long. */
  async #explainWait<T>(until: string, promise: Promise<T>): Promise<T> {
    const done = this.#context.explainWait(() =>
      this.#hasExplainedWait ? undefined : until,
    )
    try {
      return await promise
    } finally {
      done()
    }
  }

  /** The end of the run begins, here or with another logger. */
  #hurry(): void {
    if (!this.#run) return
    this.#endBegan ??= performance.now()
    this.#run.hurry()
  }

  #service(): LoggerHandle {
    const logger = this
    return loggerService({
      name: this.#definition.name,
      id: this.#options.id,
      get runId() {
        return logger.#identity?.runId
      },
      get counts() {
        return logger.#counts
      },
      get opened() {
        return logger.#opened
      },
      hurry: () => this.#hurry(),
    })
  }
}
