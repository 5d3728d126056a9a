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
 * The whole state of a run, as data: what a checkpoint file holds. `meta` is JSON as it is; numbers
 * that JSON has not are tagged in it. `tensors` are named `module/<variable>`,
 * `optimizer/<optimizer>/<slot>` and `plugin/<id>/<name>`.
 */
export type Snapshot = {
  /** All but tensors, as JSON. */
  readonly meta: SnapshotMeta
  /** Weights, optimizer state and tensors of plugins, by name. */
  readonly tensors: NamedTensorData
  /** Where it was found, for messages: the path of a file. */
  readonly origin?: string
}

/** What a snapshot is called in an error. */
export const sourceOf = ({ origin }: Snapshot): string =>
  origin === undefined ? 'The snapshot' : `The checkpoint ${quote(origin)}`

/** What a snapshot says besides tensors. */
export type SnapshotMeta = {
  /** Version of the format. */
  readonly format: 1
  /** Where the run stands. */
  readonly position: Position
  /** Milliseconds of training so far. */
  readonly elapsedMs: number
  /** Rows of `result.history`, tagged. */
  readonly history: Json
  /** Sums of the epoch so far, the newest values, those of the epoch's newest validation, tagged. */
  readonly metrics: Json
  /** Positions of the loaders that can tell theirs. */
  readonly loaders: SavedLoaders
  /** Where each schedule last happened: `validateEvery`, `logEvery`, `<plugin>/<option>`. */
  readonly schedules: { readonly [name: string]: ScheduleState }
  /** Batches of the epoch, where its loader has a size. */
  readonly trainBatches: number | null
  /** Batches of completed validations by name of the loader, `''` for an only one. */
  readonly evaluated: { readonly [loader: string]: number }
  /** A plugin's request to stop: the run is over, or waits for `minEpochs` or `minSteps`. */
  readonly requested: PluginStop | null
  /** What optimizers hold besides tensors. */
  readonly optimizers: { readonly [name: string]: SavedOptimizer }
  /** State of each plugin by id, tagged. */
  readonly plugins: { readonly [id: string]: Json }
  /** Entries of others, added in `saveState`. */
  readonly [key: string]: Json
}

/** Positions of loaders, as their `state` gave them. */
export type SavedLoaders = {
  readonly train: Json
  /**
   * Batches of the epoch that had been taken where `train` stands. A resumed run reads the rest of
   * those that were used again, and skips them.
   */
  readonly trainBatch?: number
  /** By name; a single validation loader has the name `''`. */
  readonly validation: { readonly [name: string]: Json }
}

/** Where a run stands: the counters (`batch` is 0 between epochs) and the phase. */
export type Position = Pick<Counters, keyof Counters> & { readonly phase: Phase }

/**
 * Checks that a value is a whole snapshot of this version. One that has flags in place of its phase,
 * as they were saved at first, is given the phase.
 *
 * @throws REG_CHECKPOINT_MISMATCH
 */
export function checkedSnapshot(snapshot: Snapshot): Snapshot {
  const format: unknown = snapshot?.meta?.format
  const found = typeof format === 'number' ? `a snapshot of format ${format}` : quote(snapshot)
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
