import { restoreLoader } from '../data/loader-position.js'
import { fail, say } from '../floor/errors.js'
import { decodeJson } from '../floor/json.js'
import { copyNumbers, type Metric, type Numbers } from '../metrics/metrics.js'
import { isBoundaryPending, isDataUsed, isEpochOpen } from '../state/phase.js'
import { copyCounters } from '../state/run-state.js'
import { restoreOptimizer } from '../state/saved-optimizer.js'
import {
  type Position,
  type Snapshot,
  type SnapshotMeta,
  sourceOf,
} from '../state/snapshot.js'
import { under } from '../state/tensor-data.js'
import { restoreVariables } from '../state/variables.js'
import type { HistoryRow } from './fit-result.js'
import type { FitRun } from './fit-run.js'
import { validationLoaders } from './moment.js'
import { isEpochToBeClosed, stopReasonOf } from './stop-rules.js'

type SavedMetrics = { sums: Metric[]; results: Numbers; validated?: Numbers }

/** Restores the state of a snapshot in a run. @throws REG_CHECKPOINT_MISMATCH, REG_DATA_FAILED */
export async function restoreSnapshot(run: FitRun, snapshot: Snapshot): Promise<void> {
  const { meta, tensors } = snapshot
  const { session } = run
  const source = sourceOf(snapshot)
  const { epoch, phase } = meta.position
  const { maxEpochs } = session.options
  if (epoch > maxEpochs)
    fail('REG_CHECKPOINT_MISMATCH.epochs', { source, epoch, maxEpochs })
  restoreVariables(run.table, tensors, source)
  await restoreOptimizers(run, snapshot)
  copyCounters(meta.position, run.state)
  // An epoch that was cut short is resumed, unless the limits still end it: see endAsSaved.
  run.phase = phase === 'cut' ? 'inEpoch' : phase
  run.startedAt -= meta.elapsedMs
  restoreMetrics(run, meta)
  run.trainBatches ??= meta.trainBatches ?? undefined
  restoreSchedules(run, meta)
  restoreLoaders(run, meta)
  session.stopRequest ??= meta.requested ?? undefined
  session.host.load(meta.plugins, tensors)
  await run.hooks.emit('loadState', { snapshot })
  endAsSaved(run, meta.position)
}

async function restoreOptimizers(run: FitRun, snapshot: Snapshot): Promise<void> {
  const { table, optimizers, optimizerNames } = run
  const source = sourceOf(snapshot)
  for (const [name, saved] of Object.entries(snapshot.meta.optimizers)) {
    const optimizer = Object.hasOwn(optimizers, name) ? optimizers[name] : undefined
    if (!optimizer) {
      const values = { source, optimizer: name, optimizers: optimizerNames }
      return fail('REG_CHECKPOINT_MISMATCH.optimizer', values)
    }
    const tensors = under(`optimizer/${name}/`, snapshot.tensors)
    await restoreOptimizer(optimizer, saved, tensors, table, source)
  }
}

function restoreMetrics(run: FitRun, meta: SnapshotMeta): void {
  const { sums, results, validated } = decodeJson(meta.metrics) as unknown as SavedMetrics
  run.history.push(...(decodeJson(meta.history) as HistoryRow[]))
  run.epochLog = run.newLog(meta.position.batch, sums)
  run.validatedInEpoch = validated
  copyNumbers(results, run.results)
  copyNumbers(meta.evaluated ?? {}, run.session.evaluated.validation)
}

/** A schedule that the snapshot does not know begins here. */
function restoreSchedules(run: FitRun, { schedules = {} }: SnapshotMeta): void {
  for (const { key, schedule } of run.schedules.all) {
    const saved = schedules[key]
    if (saved) schedule.restore(saved)
    else schedule.markDone()
  }
}

function restoreLoaders(run: FitRun, { position, loaders }: SnapshotMeta): void {
  const { batch, phase } = position
  const isInEpoch = isEpochOpen(phase) || phase === 'cut'
  const isMidEpoch = isInEpoch && !isDataUsed(phase) && batch > 0
  const train = {
    state: loaders.train,
    batch: loaders.trainBatch ?? (isMidEpoch ? batch : 0),
  }
  // A function makes a loader for each epoch: it needs a position only in the middle of an epoch.
  const isRestored = isMidEpoch || typeof run.data.train !== 'function'
  run.resumedLoader = isRestored ? train : undefined
  run.closedLoader = { inEpoch: train, next: train }
  for (const { name, loader, place } of validationLoaders(run)) {
    const saved = loaders.validation[name]
    if (saved != null) restoreLoader(loader, saved, { place, isMidEpoch: false })
  }
}

/** Honours what was decided before the snapshot: a run that had ended stays ended, with a warning. */
function endAsSaved(run: FitRun, { epoch, step, phase }: Position): void {
  const { session, state } = run
  const { report, stopRequest, options, host } = session
  if (stopRequest && !host.isActive(stopRequest.plugin)) {
    report.warn(say('notice.requestDropped', stopRequest))
    session.stopRequest = undefined
  }
  const stop = stopReasonOf(run)
  if (!stop || isBoundaryPending(run.phase)) return
  if (phase === 'cut') {
    run.phase = 'cut'
    state.epoch++
  }
  if (isEpochToBeClosed(run)) return
  if (stop.kind === 'plugin') report.warn(say('notice.decided', { epoch, step, ...stop }))
  if (
    stop.kind === 'maxEpochs' ||
    stop.kind === 'maxSteps' ||
    stop.kind === 'maxSeconds'
  ) {
    const { kind } = stop
    report.warn(say('notice.over', { epoch, step, kind, limit: options[kind] }))
  }
}
