import { restoreLoader } from '../data/batch-cursor.js'
import { fail, say } from '../floor/errors.js'
import { decodeJson, encodeJson } from '../floor/json.js'
import type { Metric, Numbers } from '../metrics/metrics.js'
import { at } from '../state/run-state.js'
import { restoreOptimizer, type SavedOptimizer, saveOptimizer } from '../state/saved-optimizer.js'
import { type Position, type Snapshot, type SnapshotMeta, sourceOf } from '../state/snapshot.js'
import { copyTensors, restoreVariables, under } from '../state/variables.js'
import type { HistoryRow } from './fit-result.js'
import type { FitRun } from './fit-run.js'
import { validationLoaders } from './moment.js'
import { isEpochToBeClosed, stopReasonOf } from './stop-reason.js'

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
