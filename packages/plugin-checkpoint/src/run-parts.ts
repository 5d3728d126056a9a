import type { PluginContext, RunInfo, Schedule } from '@regimen/core'
import type { Found } from './finder.js'
import type { CheckpointSettings } from './options.js'
import type { CheckpointStore } from './store.js'

/** What one fit needs to save. */
export interface CheckpointRunParts {
  readonly context: PluginContext
  readonly settings: CheckpointSettings
  readonly store: CheckpointStore
  /** Of all names in the store: empty, or `id/`. */
  readonly prefix: string
  readonly info: RunInfo
  /** The checkpoint that the run resumes from. */
  readonly origin: Found | undefined
  /** When files are due; `undefined` if no schedule decides it. */
  readonly schedules: Readonly<Record<'numbered' | 'last', Schedule | undefined>>
}
