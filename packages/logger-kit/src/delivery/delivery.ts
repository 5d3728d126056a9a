import type { Json } from '@regimen/core'
import { type Clock, sleep, systemClock } from '../clock.js'
import type { Environment } from '../http/address.js'
import { createFetch } from '../http/logger-fetch.js'
import type { Redactor } from '../http/redactor.js'
import { defaultRetry, type RetryPolicy } from '../pump/backoff.js'
import type { LooseEntry } from '../record/entry.js'
import type { BackPressure } from '../record/record-queue.js'
import type { OpenContext, OpenResult, RunStatus } from '../writer/log-writer.js'
import type { OtherRecord } from '../writer/records.js'
import type { Counts } from './report.js'

/** Delivers one run as it happens. Where the records go is up to the writer. */
export interface Delivery {
  /** Whether what was accepted is on disk. */
  readonly isSpooled: boolean
  start(): void
  accept(entries: readonly LooseEntry[]): void
  /** The end of the run is near: nothing is waited for any longer that nobody asked for. */
  hurry(): void
  /** Resolves once what was accepted is where a kill cannot reach it, or nothing gets through. */
  saved(): Promise<void>
  /** Delivers the rest until time is up. @returns what became of everything */
  finish(status: RunStatus, endedAt: number, deadlineMs: number): Promise<Counts>
  /** Leaves at once, with everything that is in a spool. */
  abandon(status: RunStatus, endedAt: number): void
}

/** All that is needed to deliver a run, in a form that can be sent to another thread. */
export interface DeliveryInit {
  readonly runId: string
  readonly id: string
  readonly name: string
  readonly startedAt: number
  /** Absolute. */
  readonly rootDir: string
  /** URL of the module that exports the writer, for a thread of this process. */
  readonly module: string
  readonly package?: string | undefined
  readonly options: Json
  readonly secrets: Readonly<Record<string, string>>
  /** What the writer kept when the run was open before, and how often it was. */
  readonly state: Readonly<Record<string, Json>>
  readonly opens: number
  readonly maxQueue: number
  readonly backPressure: BackPressure
}

/** Called with what becomes of a delivery, by whoever started it. */
export interface DeliveryHost {
  /** @param result nothing if the run cannot be opened */
  opened(result: OpenResult | undefined): void
  report(level: 'info' | 'warn', message: string): void
  /** Something that the writer keeps for when the run is opened again. */
  stateChanged(key: string, value: Json): void
  /** All records up to this number are in the spool, if there is one. */
  stored(seq: number): void
  /** Records that need no memory any more: on disk, delivered or given up. */
  freed(count: number): void
}

/** What is outside: time, chance, network, variables. */
export interface Platform {
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
  readonly retry: RetryPolicy
  readonly environment: Environment
  readonly fetch?: typeof fetch
}

/** The platform of this process. */
export const systemPlatform = (): Platform => ({
  clock: systemClock,
  random: Math.random,
  retry: defaultRetry,
  environment: process.env,
})

/** The run that is delivered. */
export interface DeliveredRun {
  readonly runId: string
  readonly id: string
  readonly startedAt: number
  readonly rootDir: string
  readonly state: Readonly<Record<string, Json>>
  /** How often it was opened before. */
  readonly opens: number
  readonly isReplay: boolean
}

/** The run of an {@link DeliveryInit}. */
export const liveRun = (init: DeliveryInit): DeliveredRun => ({
  runId: init.runId,
  id: init.id,
  startedAt: init.startedAt,
  rootDir: init.rootDir,
  state: init.state,
  opens: init.opens,
  isReplay: false,
})

/** What an {@link openContext} is made of. */
export interface ContextOptions extends Platform {
  readonly run: DeliveredRun
  readonly redactor: Redactor
  /** The only origin that keys may be sent to. Absent if there are none. */
  readonly boundTo?: string | undefined
  /** Aborted when time is up. */
  readonly signal: AbortSignal
  report: OpenContext['report']
  /** Takes a record that the writer adds. */
  accept(record: OtherRecord): void
  /** Step and epoch of the latest record. */
  position(): Pick<OtherRecord, 'step' | 'epoch'>
  /** Keeps something for when the run is opened again. */
  keep(key: string, value: Json): void
}

/** Records that a writer adds are numbered apart for each time that the run is opened. */
const EMITTED_PER_OPEN = 1_000_000

/** What a writer receives when it opens a run. */
export function openContext(options: ContextOptions): OpenContext {
  const { run, clock, signal, report } = options
  const { runId, id, startedAt, rootDir, isReplay } = run
  const state = new Map(Object.entries(run.state))
  let emitted = run.opens * EMITTED_PER_OPEN
  return {
    ...{ runId, id, startedAt, rootDir, isReplay, report, signal },
    fetch: createFetch(options),
    state: {
      get: (key) => state.get(key),
      set(key, value) {
        state.set(key, value)
        options.keep(key, value)
      },
    },
    emit(name, value) {
      emitted++
      const { step, epoch } = options.position()
      const time = Math.round(clock.now())
      options.accept({ kind: 'other', seq: -emitted, time, step, epoch, name, value })
    },
    now: () => clock.now(),
    sleep: (ms) => sleep(clock, ms, signal),
  }
}
