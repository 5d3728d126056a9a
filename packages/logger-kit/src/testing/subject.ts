import type { Json, Plugin } from '@regimen/core'
import type { LoggerOptions } from '../plugin/definition.js'
import type { SyncOptions } from '../sync/sync-runs.js'
import type { Fault } from './fake-service.js'

/** One thing that has arrived where the logger delivers. */
export interface Arrived {
  readonly kind:
    | 'metric'
    | 'parameter'
    | 'text'
    | 'image'
    | 'histogram'
    | 'artifact'
    | 'graph'
  readonly name: string
  /** A metric's number, a parameter as the service keeps it, a text, a file's sha256. */
  readonly value: unknown
  /** 0-based, if the service keeps it. */
  readonly step?: number
  /** When it was logged, in milliseconds since 1970, if the service keeps it. */
  readonly time?: number
}

/** How a service is disturbed. `part` is what the request is for. */
export interface Disturbance {
  /** Lets the next `times` requests for a part of the protocol fail. */
  fail(
    fault: Fault,
    options: { readonly part: 'open' | 'write' | 'close'; times: number },
  ): void
  /** Forgets all planned faults. */
  heal(): void
  /** Refuses all connections. */
  down(): Promise<void>
  /** Listens again, on the same port. */
  up(): Promise<void>
  /** When each request to write came, and how many values it held, by `performance.now()`. */
  writes(): readonly { readonly at: number; readonly values: number }[]
  /** All bytes that came in headers, paths and bodies, for one look at where the key is. */
  traffic(): { readonly headers: string; readonly urls: string; readonly bodies: string }
  /** How many runs (experiments) there are. */
  runs(): number
  /** How each run ended, in order. */
  statuses(): readonly (string | undefined)[]
}

/** Where a logger delivers to, fresh for one case. */
export interface LoggerStand {
  /** For {@link LoggerEntry.createLogger}: address of the service, folder, key. */
  readonly settings: Json
  /** Added to the environment of child processes, and of `regimen sync`. */
  readonly env?: Readonly<Record<string, string>>
  /** All that has arrived, over all runs, in order of arrival; duplicates if they are kept. */
  received(): Promise<readonly Arrived[]>
  /** Absent if the logger writes files. */
  readonly service?: Disturbance
  stop(): Promise<void>
}

/** What the module at {@link LoggerSubject.entry} exports. It is loaded in child processes too. */
export interface LoggerEntry {
  createLogger(settings: Json, options: LoggerOptions): Plugin
  /** Its writer by the logger's name, so that what is left is delivered as if it were installed. */
  readonly writers?: NonNullable<SyncOptions['writers']>
}

/**
 * A logger that sends from memory and is not made by `loggerPlugin`: what it cannot promise, each with the
 * reason, which the names of the cases in its place show.
 */
export interface WithoutSpool {
  /** Why what was not sent when the process died, or by the deadline, is lost. */
  readonly loses: string
  /** Why a lost answer may leave none or two of what was sent. */
  readonly lostAnswers: string
  /** Why only the latest value of a metric arrives. Absent if every value does. */
  readonly latestOnly?: string
  /** Statuses after which it sends again; after others the rest of a batch is lost. */
  readonly resends: readonly number[]
}

/** A logger on trial. */
export interface LoggerSubject {
  /** URL of a module that exports {@link LoggerEntry}. */
  readonly entry: string | URL
  /** Whether it writes files and has no service: it is spared the cases about services. */
  readonly isFileWriter?: boolean
  /** Said of a logger that keeps nothing on disk: it is spared the cases about a spool, and gets others. */
  readonly withoutSpool?: WithoutSpool
  /** Kinds that the logger takes. */
  readonly kinds: readonly Arrived['kind'][]
  /** Of the kinds taken, those of which a resend may leave two. Default none. */
  readonly mayRepeat?: readonly Arrived['kind'][]
  /** A key that must be in no file and no output. {@link LoggerStand.settings} hold it. */
  readonly marker?: string
  /**
   * Makes a fresh place to deliver to.
   *
   * @param folder empty, if the run's `rootDir` is too
   */
  start(folder: string): Promise<LoggerStand>
}
