import type { Json } from '@regimen/core'
import type { Clock } from '../clock.js'
import type { Environment } from '../http/loopback-guard.js'
import type { Redactor } from '../http/redactor.js'
import type { BackPressure } from '../plugin/definition.js'
import type { Pacer } from '../pump/pacer.js'
import type { RetryPolicy } from '../pump/retry.js'
import type { RunFolder } from '../spool/run-folder.js'
import type { LogWriter, OpenResult } from '../writer/log-writer.js'

/** What a delivery tells whoever started it. */
export interface DeliveryHost {
  /** @param result nothing where the run cannot be opened */
  opened(result: OpenResult | undefined): void
  report(level: 'info' | 'warn', message: string): void
  /** Something that the writer keeps for when the run is opened again. */
  stateChanged(key: string, value: Json): void
  /** All records up to this number have been taken, and are on disk where there is a spool. */
  stored(seq: number): void
  /** Records that need no memory any more: on disk, delivered or given up. */
  freed(count: number): void
}

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

/** What a delivery is made of. */
export interface DeliveryParts {
  readonly writer: LogWriter
  readonly run: DeliveredRun
  /** Absent for writers that write files themselves. */
  readonly folder: RunFolder | undefined
  /** Where images and artifacts wait. */
  readonly files: string
  readonly pacer: Pacer
  readonly redactor: Redactor
  /** The only origin that keys may be sent to. Absent where there are none. */
  readonly boundTo?: string | undefined
  readonly environment: Environment
  readonly clock: Clock
  readonly random: () => number
  readonly retry: RetryPolicy
  readonly maxQueue: number
  readonly backPressure: BackPressure
  readonly host: DeliveryHost
  readonly fetch?: typeof fetch
}
