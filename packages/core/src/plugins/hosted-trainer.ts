import type { ScheduleClock } from '../floor/schedule.js'
import type { HookTable } from '../hooks/hook-table.js'
import type { RunState } from '../state/run-state.js'
import type { PluginStop } from '../state/stop-reason.js'
import type { PluginContext } from './plugin-context.js'

/** What plugins need from their trainer. */
export interface HostedTrainer {
  readonly hooks: HookTable
  /** The counters and the stage; only the loop changes them. */
  readonly view: RunState
  readonly signal: AbortSignal
  readonly options: { readonly rootDir: string }
  /** The current or last fit, with the clock of its schedules. */
  readonly fit: { readonly clock: ScheduleClock } | undefined
  /** The first stop request of the run. */
  stopRequest: PluginStop | undefined
  isSaveRequested: boolean
  readonly log: PluginContext['log']
  readonly record: PluginContext['record']
  readonly snapshot: PluginContext['snapshot']
  /** @throws REG_BUSY, REG_DISPOSED */
  assertIdle(call: string): void
}
