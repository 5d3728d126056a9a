import type { Json } from '@regimen/core'
import type { RecordKind, WriterRecord } from './records.js'
import type { Secret } from './secret.js'

/** How many records of a kind may be sent in how long. */
export interface Rate {
  readonly count: number
  readonly perMs: number
}

/** What a writer can do, so that the kit knows what to give it, how much and how often. */
export interface Capabilities {
  /** The kinds it takes. Others are skipped, which is said once. `other` need not be named. */
  readonly kinds: readonly RecordKind[]
  /**
   * `'spool'`: it sends to a service, so the kit writes each record to a spool on disk before it is
   * sent. `'native'`: it writes files itself and needs none.
   */
  readonly offline: 'spool' | 'native'
  /** Records of one batch. Default 1000. */
  readonly maxItems?: number
  /** Bytes of one batch, roughly. Default 1 MiB. */
  readonly maxBytes?: number
  /** Whether a batch may hold several kinds. Default `false`: a batch is then one request. */
  readonly isMixed?: boolean
  /**
   * Batches in flight at once, of a service; files get one after the other. Default 1. Records of one
   * kind and name never overtake each other.
   */
  readonly concurrency?: number
  /** How long records are gathered before they are written. Default 500 ms. */
  readonly flushMs?: number
  /** What may be sent of each kind; `rest` is the limit that all others share. Default: no limit. */
  readonly rates?: { readonly [Kind in RecordKind | 'rest']?: Rate }
  /** Kinds of which one is left however often it is sent. Default none: a resend counts as a possible duplicate. */
  readonly idempotent?: readonly RecordKind[]
}

/**
 * What a writer keeps with the run: the key of an experiment, a folder. Survives the process. Under
 * `firstRunId` it finds which run it continues, if the logger `continuesRuns` and a fit was resumed.
 */
export interface WriterState {
  get(key: string): Json | undefined
  /** On disk before it returns, if there is a spool. */
  set(key: string, value: Json): void
}

/** Like `fetch`, for a logger: see {@link OpenContext.fetch}. */
export type LoggerFetch = (url: string | URL, init?: LoggerRequest) => Promise<Response>

/** A request. */
export interface LoggerRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer> | FormData | Blob
  /** Until the answer's head has come. Default 10 seconds. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** How a run ended. A run whose process was killed is `interrupted`. */
export type RunStatus = 'finished' | 'failed' | 'interrupted'

/** What a writer receives when a run begins, or when one is resumed. */
export interface OpenContext {
  /** 32 hex digits, chosen by the kit: the same whenever this run is opened. */
  readonly runId: string
  /** Id of the logger: distinguishes two of the same kind. */
  readonly id: string
  /** When the run began, in milliseconds since 1970. */
  readonly startedAt: number
  /** Absolute path of the Trainer's `rootDir`. Nothing is there yet. */
  readonly rootDir: string
  /** Whether the run has ended and is only being delivered, by `regimen sync` or a later run. */
  readonly isReplay: boolean
  readonly state: WriterState
  /**
   * Sends a request. Throws a {@link LoggerError} that says what is to be done for anything but an
   * answer from 200 to 299: it reads `Retry-After`, says what may have been carried out all the
   * same, follows no redirect, and has no secret in its text. In tests it refuses any host but
   * loopback.
   */
  readonly fetch: LoggerFetch
  /** Adds a record of the writer's own, which comes back to `write` as kind `other`: spooled, paced and retried like any. */
  emit(name: string, value: Json): void
  /** A line for a person, through the Trainer's report. */
  report(level: 'info' | 'warn', message: string): void
  /** Aborted when time is up. */
  readonly signal: AbortSignal
  /** Milliseconds since 1970, from the clock that the kit uses. */
  now(): number
  /** Waits by the clock that the kit uses; rejects when {@link signal} is aborted. */
  sleep(ms: number): Promise<void>
}

/** Where the run can be found. All of it becomes part of the service `logger`. */
export interface OpenResult {
  /** Name of the experiment, for people. */
  readonly name?: string
  /** Key or version of this run. */
  readonly version?: string | number
  readonly url?: string
  /** Folder that it writes to. */
  readonly logDir?: string
}

/** A record that the service will never take. */
export interface Rejection {
  readonly seq: number
  /** Short and the same for the same cause: said once for each. */
  readonly code: string
  readonly message: string
}

/** What became of a batch: all that is not rejected is delivered. */
export interface WriteResult {
  readonly rejected?: readonly Rejection[]
}

/** What a writer receives when a run ends. */
export interface CloseContext {
  readonly status: RunStatus
  /** When the run ended, in milliseconds since 1970. */
  readonly endedAt: number
  /** Aborted when time is up. */
  readonly signal: AbortSignal
}

/**
 * What a logger is made of. It only translates and delivers: order, batches, limits, retries, spool
 * and counting are the kit's. Lives in a separate thread.
 */
export interface LogWriter {
  /** Known from the start, before {@link open}. */
  readonly capabilities: Capabilities
  /**
   * Begins a run, or resumes one: called again after a failure that is tried again, after a
   * fit for a test, and to deliver what is left over. What must not happen twice is kept in
   * `context.state`.
   *
   * @throws LoggerError
   */
  open(context: OpenContext): Promise<OpenResult | void>
  /**
   * Delivers records, in order of `seq` for each kind and name, within the limits.
   *
   * @throws LoggerError, after which the batch is sent again but for what it says is `done`
   */
  write(batch: readonly WriterRecord[]): Promise<WriteResult | void>
  /** Tells the service that the run is alive. Gives the milliseconds to the next beat. */
  heartbeat?(): Promise<number>
  /** Ends the run after the last record. Called again after a failure that is tried again. @throws LoggerError */
  close(context: CloseContext): Promise<void>
}

/** What {@link WriterFactory.create} receives beside the options. */
export interface WriterSetup {
  /** Keys by name, as the logger's `secrets` gave them. */
  readonly secrets: Readonly<Record<string, Secret>>
}

/** Makes writers, in whichever thread or process they are needed. */
export interface WriterFactory<Options> {
  /** Makes a writer without doing anything yet. `options` have been through structured cloning or JSON. */
  create(options: Options, setup: WriterSetup): LogWriter
  /**
   * Address of the service that a writer with these options sends to, such as
   * `https://www.comet.com`. Keys go to its scheme, host and port only; a spool that is for another
   * place is left alone. Needed if there are keys.
   */
  address?(options: Options): string
  /** Finds the keys again, from the environment or a file, when only the options are left. */
  secrets?(options: Options): FoundSecrets
  /** What to do so that the keys for an address are found: `set HTTP_LOGGER_KEY, and HTTP_LOGGER_URL to …`. */
  keyAdvice?(address: string): string
}

/** Keys that were looked up, and the address that they are for: never one that a spool names. */
export interface FoundSecrets {
  readonly values: Readonly<Record<string, string | undefined>>
  /** From where the keys are from: beside them in the environment or their file, else the service's own. */
  readonly address: string
}

/**
 * The writer of a logger, to be exported as `writer` by the module that the logger names.
 *
 * @example
 * export const writer = defineWriter<{ url: string }>(({ url }) => {
 *   let fetch: LoggerFetch
 *   return {
 *     capabilities: { kinds: ['metric'], offline: 'spool' },
 *     open: async (context) => void (fetch = context.fetch),
 *     write: async (batch) => void (await fetch(url, { method: 'POST', body: JSON.stringify(batch) })),
 *     close: async () => undefined,
 *   }
 * })
 */
export function defineWriter<Options>(
  create: WriterFactory<Options>['create'],
  keys: Omit<WriterFactory<Options>, 'create'> = {},
): WriterFactory<Options> {
  return { create, ...keys }
}
