import { restoreLoader } from '../data/batch-cursor.js'
import { fail, quote, say } from '../floor/errors.js'
import { decodeJson, encodeJson, type Json } from '../floor/json.js'
import type { ScheduleState } from '../floor/schedule.js'
import type { Metric, Numbers } from '../metrics/metrics.js'
import { at, type Counters, type PluginStop } from '../state/run-state.js'
import { restoreOptimizer, type SavedOptimizer, saveOptimizer } from '../state/saved-optimizer.js'
import { snapshotFault } from '../state/snapshot-schema.js'
import type { NamedTensorData } from '../state/variables.js'
import { copyTensors, restoreVariables, under } from '../state/variables.js'
import type { HistoryRow } from './fit-result.js'
import type { FitRun } from './fit-run.js'
import { validationLoaders } from './moment.js'
import { isEpochToBeClosed, stopReasonOf } from './stop-reason.js'

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
  /** Batches of the epoch, where a loader told. */
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

/** Positions of loaders, as they told them. */
export type SavedLoaders = {
  readonly train: Json
  /**
   * Batches of the epoch that had been taken where `train` stands. A resumed run reads the rest of
   * those that were used again, and leaves them out.
   */
  readonly trainBatch?: number
  /** By name; a single validation loader has the name `''`. */
  readonly validation: { readonly [name: string]: Json }
}

/**
 * Where a run stands: the counters (`batch` is 0 between epochs); whether the epoch has begun and is
 * to be gone on with; whether the validation that may be due after the last batch is still to be
 * done; whether all batches of that epoch were used; and whether a limit or a request cut it short
 * and it was ended all the same.
 */
export type Position = Pick<Counters, keyof Counters> &
  Readonly<Record<'isInEpoch' | 'isBoundaryPending' | 'isDataOver', boolean>> & {
    readonly isCut?: boolean
  }

/**
 * Copies the whole state of a run: that of the present moment or, while a validation or an epoch's
 * end goes on and after an error, that of the moment before.
 *
 * @throws REG_BUSY where no snapshot can be taken that could be resumed from
 */
export async function collectSnapshot(run: FitRun): Promise<Snapshot> {
  const { keeper, table } = run
  const moment = await keeper.moment()
  const { changes } = keeper
  const tensors = await copyTensors(table.byName, 'module/')
  const optimizers: Record<string, SavedOptimizer> = {}
  for (const [name, optimizer] of Object.entries(run.optimizers)) {
    const saved = await saveOptimizer(optimizer, name, table)
    optimizers[name] = saved.meta
    Object.assign(tensors, saved.tensors)
  }
  if (keeper.changes !== changes) fail('REG_BUSY.moved')
  const { position, sums, results, validated, train, validation } = moment
  const meta: SnapshotMeta = {
    format: 1,
    position,
    elapsedMs: moment.elapsedMs,
    history: encodeJson(moment.history, 'history'),
    metrics: encodeJson({ sums, results, validated }, 'metrics'),
    loaders: { train: train.state, trainBatch: train.batch, validation },
    schedules: moment.schedules,
    trainBatches: moment.trainBatches,
    evaluated: moment.evaluated,
    requested: moment.requested,
    optimizers,
    plugins: moment.plugins,
  }
  Object.assign(tensors, moment.pluginTensors)
  return run.hooks.waterfall('saveState', { meta, tensors }, at(position, {}))
}

type SavedMetrics = { sums: Metric[]; results: Numbers; validated?: Numbers }

/** Puts a run where a snapshot was taken. @throws REG_CHECKPOINT_MISMATCH, REG_DATA_FAILED */
export async function restoreSnapshot(run: FitRun, snapshot: Snapshot): Promise<void> {
  const { meta, tensors } = snapshot
  const source = sourceOf(snapshot)
  const { position, schedules = {} } = meta
  const { epoch, isInEpoch, isBoundaryPending, isDataOver } = position
  const { options, table, host } = run.session
  if (epoch > options.maxEpochs)
    fail('REG_CHECKPOINT_MISMATCH.epochs', { source, epoch, ...options })
  restoreVariables(table, tensors, source)
  for (const [name, saved] of Object.entries(meta.optimizers)) {
    const about = { source, optimizer: name, optimizers: run.optimizerNames }
    const own = Object.hasOwn(run.optimizers, name) ? run.optimizers[name] : undefined
    const optimizer = own ?? fail('REG_CHECKPOINT_MISMATCH.optimizer', about)
    await restoreOptimizer(optimizer, saved, under(`optimizer/${name}/`, tensors), table, source)
  }
  at(position, run.state)
  run.startedAt -= meta.elapsedMs
  run.history.push(...(decodeJson(meta.history) as HistoryRow[]))
  const { sums, results, validated } = decodeJson(meta.metrics) as unknown as SavedMetrics
  Object.assign(run.results, results)
  run.epochLog = run.newLog(position.batch, sums)
  Object.assign(run, { isInEpoch, isBoundaryPending, isDataOver, validatedInEpoch: validated })
  run.trainBatches ??= meta.trainBatches ?? undefined
  Object.assign(run.session.evaluated.validation, meta.evaluated)
  for (const { key, schedule } of run.schedules.all) {
    const saved = schedules[key]
    // One that was not there before begins here.
    if (saved) schedule.restore(saved)
    else schedule.markDone()
  }
  restoreLoaders(run, meta)
  run.session.requested ??= meta.requested ?? undefined
  host.load(meta.plugins, tensors)
  await run.hooks.emit('loadState', { snapshot })
  endAsSaved(run, position)
}

function restoreLoaders(run: FitRun, { position, loaders }: SnapshotMeta): void {
  const { batch, isInEpoch, isDataOver } = position
  const isMidEpoch = isInEpoch && !isDataOver && batch > 0
  const train = { state: loaders.train, batch: loaders.trainBatch ?? (isMidEpoch ? batch : 0) }
  // A function makes a loader for each epoch: only in the middle of one is it to begin elsewhere.
  const isRestored = isMidEpoch || typeof run.data.train !== 'function'
  run.resume = isRestored ? train : undefined
  run.loaderPosition = () => train
  for (const { name, loader, place } of validationLoaders(run)) {
    const saved = loaders.validation[name]
    if (saved != null) restoreLoader(loader, saved, { place, isMidEpoch: false })
  }
}

/** What had been decided when the snapshot was taken holds: a run that was over is over, and says so. */
function endAsSaved(run: FitRun, position: Position): void {
  const { session, state } = run
  const { report, requested, options, host } = session
  const { epoch, step, isCut = false } = position
  if (requested && !host.isActive(requested.plugin)) {
    report.warn(say('notice.requestLeft', requested))
    session.requested = undefined
  }
  const stop = stopReasonOf(run)
  if (!stop || run.isBoundaryPending) return
  if (isCut) Object.assign(run, { isInEpoch: false, isCut })
  if (isCut) state.epoch++
  if (isEpochToBeClosed(run)) return
  if (stop.kind === 'plugin') report.warn(say('notice.decided', { epoch, step, ...stop }))
  const kind = stop.kind as keyof typeof options
  if (kind in options) report.warn(say('notice.over', { epoch, step, kind, limit: options[kind] }))
}

/** Checks that a value is a whole snapshot of this version. @throws REG_CHECKPOINT_MISMATCH */
export function checkedSnapshot(snapshot: Snapshot): Snapshot {
  const format: unknown = snapshot?.meta?.format
  const found = typeof format === 'number' ? `a snapshot of format ${format}` : quote(snapshot)
  if (format !== 1) fail('REG_CHECKPOINT_MISMATCH.format', { found })
  const fault = snapshotFault(snapshot)
  return fault === undefined ? snapshot : fail('REG_CHECKPOINT_MISMATCH.shape', { fault })
}
