import { type LoaderTraits, namedSources } from './batch-source.js'
import { RegimenError } from './errors.js'
import type { FitRun, HistoryRow } from './fit-run.js'
import { decodeJson, encodeJson, type Json } from './json.js'
import type { CellState } from './metric-cell.js'
import { quote } from './nearest.js'
import { type OptimizerState, restoreOptimizer, saveOptimizer } from './optimizer-slots.js'
import { countersOf } from './run-state.js'
import type { LoaderStates, Snapshot } from './snapshot.js'
import { copyTensor, type TensorData } from './tensor-data.js'
import { restoreVariables } from './weights.js'

/** Plugins' states, kept by whoever knows the plugins. */
export interface PluginStates {
  save(tensors: Record<string, TensorData>): Record<string, Json>
  load(meta: Readonly<Record<string, Json>>, tensors: Readonly<Record<string, TensorData>>): void
}

/**
 * Copies the whole state of a run. Between batches only: in the middle of a step it would be torn.
 *
 * @throws REG_BUSY
 */
export async function collectSnapshot(run: FitRun): Promise<Snapshot> {
  if (run.isInBatch) {
    throw new RegimenError(
      'REG_BUSY',
      'A snapshot was asked for in the middle of a step. Ask in batchEnd or later, best in save.',
    )
  }
  if (run.log.hasPending) await run.log.flush()
  run.markSafe()
  const tensors: Record<string, TensorData> = {}
  for (const [name, variable] of Object.entries(run.table.byName)) {
    tensors[`module/${name}`] = await copyTensor(variable)
  }
  const optimizers: Record<string, Json> = {}
  for (const [name, optimizer] of Object.entries(run.optimizers)) {
    const saved = await saveOptimizer(optimizer, run.table)
    optimizers[name] = { iterations: saved.iterations, endings: saved.endings }
    for (const [path, data] of Object.entries(saved.tensors)) {
      tensors[`optimizer/${name}/${path}`] = data
    }
  }
  const { position, latch } = run
  const isWaiting = latch.requested && (latch.isInterrupted || !run.stopReason(performance.now()))
  const requested = isWaiting ? latch.requested : undefined
  const snapshot: Snapshot = {
    meta: {
      format: 1,
      position,
      elapsedMs: run.elapsedMs(run.endedAt ?? performance.now()),
      history: encodeJson(run.history, 'history'),
      metrics: encodeJson(position.isInEpoch ? run.log.save() : [], 'metrics'),
      loaders: loaderStates(run),
      requested: requested ? { plugin: requested.plugin, message: requested.message } : null,
      optimizers,
      plugins: run.pluginStates.save(tensors),
    },
    tensors,
  }
  if (!run.hooks.isTapped('saveState')) return snapshot
  return run.hooks.waterfall('saveState', snapshot, countersOf(run.state))
}

/**
 * Puts a run where a snapshot was taken.
 *
 * @throws REG_CHECKPOINT_MISMATCH, having changed nothing of the module
 */
export async function restoreSnapshot(run: FitRun, snapshot: Snapshot): Promise<void> {
  checkFormat(snapshot)
  const { meta, tensors } = snapshot
  const { position } = meta
  if (position.epoch > run.options.maxEpochs) {
    throw new RegimenError(
      'REG_CHECKPOINT_MISMATCH',
      `The snapshot was taken after ${position.epoch} epochs, but maxEpochs is ${run.options.maxEpochs}. Raise maxEpochs, or resume from an earlier one.`,
    )
  }
  restoreVariables(run.table, tensors)
  restoreOptimizers(run, snapshot)
  const { state } = run
  state.epoch = position.epoch
  state.batch = position.batch
  state.step = position.step
  state.samples = position.samples
  state.validations = position.validations
  run.elapsedBefore = meta.elapsedMs
  run.validationSchedule.lastStep = position.isBoundaryPending ? -1 : position.step
  run.logSchedule.lastStep = position.step
  run.history.push(...(decodeJson(meta.history) as HistoryRow[]))
  for (const row of run.history) {
    for (const [name, value] of Object.entries(row))
      if (name !== 'epoch') run.results.set(name, value)
  }
  const metrics = decodeJson(meta.metrics) as unknown as CellState[]
  run.resume = { position, metrics, loader: meta.loaders.train }
  restoreValidationLoaders(run, meta.loaders)
  if (meta.requested) run.latch.request(meta.requested.plugin, meta.requested.message)
  run.pluginStates.load(meta.plugins, tensors)
  await run.emit('loadState', { snapshot })
}

function checkFormat(snapshot: Snapshot): void {
  const format: unknown = snapshot?.meta?.format
  if (format === 1) return
  throw new RegimenError(
    'REG_CHECKPOINT_MISMATCH',
    typeof format === 'number'
      ? `The snapshot has format ${format}, this version reads format 1. Upgrade @regimen/core.`
      : `${quote(snapshot)} is no snapshot; give what trainer.snapshot() returned, or "last", "best" or a path.`,
  )
}

function restoreOptimizers(run: FitRun, { meta, tensors }: Snapshot): void {
  for (const [name, saved] of Object.entries(meta.optimizers)) {
    const optimizer = run.optimizers[name]
    if (!optimizer) {
      throw new RegimenError(
        'REG_CHECKPOINT_MISMATCH',
        `The snapshot has an optimizer ${quote(name)}, configureOptimizers() made ${Object.keys(run.optimizers).map(quote).join(', ')}.`,
      )
    }
    const prefix = `optimizer/${name}/`
    const own = Object.entries(tensors)
      .filter(([path]) => path.startsWith(prefix))
      .map(([path, data]) => [path.slice(prefix.length), data] as const)
    const state = { ...(saved as object), tensors: Object.fromEntries(own) } as OptimizerState
    restoreOptimizer(optimizer, state, run.table)
  }
}

function loaderStates(run: FitRun): LoaderStates {
  const validation: Record<string, Json> = {}
  for (const [name, loader] of validationLoaders(run)) {
    const state = loader.state?.()
    if (state !== undefined) validation[name] = state
  }
  return { train: run.loaderState(run.position.isInEpoch), validation }
}

function restoreValidationLoaders(run: FitRun, states: LoaderStates): void {
  for (const [name, loader] of validationLoaders(run)) {
    const state = states.validation[name]
    if (state !== undefined) loader.restore?.(state)
  }
}

function validationLoaders(run: FitRun): [string, LoaderTraits][] {
  if (!run.validation) return []
  return namedSources(run.validation, 'data.validation').flatMap(([name, source]) =>
    typeof source === 'function' ? [] : [[name ?? '', source as LoaderTraits]],
  )
}
