import { fail } from '../floor/errors.js'
import type { Json } from '../floor/json.js'
import { quote } from '../floor/quote.js'
import type { ScheduleState } from '../floor/schedule.js'
import { type Phase, type PhaseFlags, phaseOfFlags } from './phase.js'
import type { Counters } from './run-state.js'
import type { SavedOptimizer } from './saved-optimizer.js'
import { snapshotFault } from './snapshot-schema.js'
import type { PluginStop } from './stop-reason.js'
import type { NamedTensorData } from './tensor-data.js'

/**
 * The whole state of a run, as data: what a checkpoint file holds. `meta` is JSON; numbers that JSON
 * lacks are tagged in it. `tensors` are named `module/<variable>`,
 * `optimizer/<optimizer>/<slot>` and `plugin/<id>/<name>`.
 */
export type Snapshot = {
  /** Everything except tensors, as JSON. */
  readonly meta: SnapshotMeta
  /** Weights, optimizer state and tensors of plugins, by name. */
  readonly tensors: NamedTensorData
  /** Where it was found, for messages: a file's path. */
  readonly origin?: string
  /** The sha256 of the tensors in that file, if it was found in one. */
  readonly digest?: string
}

/** How errors name a snapshot. */
export const sourceOf = ({ origin }: Snapshot): string =>
  origin === undefined ? 'The snapshot' : `The checkpoint ${quote(origin)}`

/** A snapshot without its tensors. */
export type SnapshotMeta = {
  /** Version of the format. */
  readonly format: 1
  /** The run's progress. */
  readonly position: Position
  /** Milliseconds of training so far. */
  readonly elapsedMs: number
  /** Rows of `result.history`, tagged. */
  readonly history: Json
  /** Sums of the epoch so far, the latest values, and those of the epoch's latest validation, tagged. */
  readonly metrics: Json
  /** Positions of the loaders that have `state`. */
  readonly loaders: SavedLoaders
  /** When each schedule was last marked done: `validateEvery`, `logEvery`, `<plugin>/<option>`. */
  readonly schedules: { readonly [name: string]: ScheduleState }
  /** Batches of the epoch if its loader has a size. */
  readonly trainBatches: number | null
  /** Batches of completed validations by name of the loader; a single one is named `''`. */
  readonly evaluated: { readonly [loader: string]: number }
  /** A plugin's stop request: the run has ended, or waits for `minEpochs` or `minSteps`. */
  readonly requested: PluginStop | null
  /** The state of optimizers besides tensors. */
  readonly optimizers: { readonly [name: string]: SavedOptimizer }
  /** State of each plugin by id, tagged. */
  readonly plugins: { readonly [id: string]: Json }
  /** Entries that taps of `saveState` added. */
  readonly [key: string]: Json
}

/** Positions of loaders, as their `state` returned them. */
export type SavedLoaders = {
  readonly train: Json
  /**
   * Batches of the epoch that had been taken at the position `train`. If the run had used more, a
   * resumed run reads them again and skips them.
   */
  readonly trainBatch?: number
  /** By name; a single validation loader is named `''`. */
  readonly validation: { readonly [name: string]: Json }
}

/** A run's progress: the counters (`batch` is 0 between epochs) and the phase. */
export type Position = Pick<Counters, keyof Counters> & { readonly phase: Phase }

/**
 * Checks that a value is a complete snapshot of this version. Older snapshots have flags instead of a
 * phase; they get the phase.
 *
 * @throws REG_CHECKPOINT_MISMATCH
 */
export function checkedSnapshot(snapshot: Snapshot): Snapshot {
  const format: unknown = snapshot?.meta?.format
  const found =
    typeof format === 'number' ? `a snapshot of format ${format}` : quote(snapshot)
  if (format !== 1) fail('REG_CHECKPOINT_MISMATCH.format', { found })
  const fault = snapshotFault(snapshot)
  if (fault !== undefined) fail('REG_CHECKPOINT_MISMATCH.shape', { fault })
  const position: Position | (Counters & PhaseFlags) = snapshot.meta.position
  if ('phase' in position) return snapshot
  const { epoch, batch, step, samples, validations } = position
  const phase = phaseOfFlags(position)
  const withPhase = { epoch, batch, step, samples, validations, phase }
  return { ...snapshot, meta: { ...snapshot.meta, position: withPhase } }
}
