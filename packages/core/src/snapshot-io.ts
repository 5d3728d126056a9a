import type { Optimizer } from '@tensorflow/tfjs-core'
import { type LoaderTraits, namedSources } from './batch-source.js'
import { RegimenError } from './errors.js'
import type { FitRun, HistoryRow } from './fit-run.js'
import { decodeJson, encodeJson, type Json } from './json.js'
import type { MetricState } from './metric.js'
import { quote, quoteAll } from './nearest.js'
import { type OptimizerState, restoreOptimizer, saveOptimizer } from './optimizer-slots.js'
import { at } from './run-state.js'
import {
  copyTensor,
  type NamedTensorData,
  type Snapshot,
  type TensorData,
  under,
} from './snapshot.js'
import { restoreVariables } from './variables.js'

/** Plugins' states, kept by whoever knows the plugins. */
export interface PluginStates {
  save(tensors: Record<string, TensorData>): Record<string, Json>
  load(meta: Readonly<Record<string, Json>>, tensors: NamedTensorData): void
}

/**
 * Copies the whole state of a run. Between batches only: in the middle of a step it would be torn.
 *
 * @throws REG_BUSY
 */
export async function collectSnapshot(run: FitRun): Promise<Snapshot> {
  if (run.isInBatch) {
    const advice = 'Ask in batchEnd or later, best in save.'
    throw new RegimenError(
      'REG_BUSY',
      `A snapshot was asked for in the middle of a step. ${advice}`,
    )
  }
  await run.flush()
  const { table, latch } = run.parts
  const tensors: Record<string, TensorData> = {}
  for (const [name, variable] of Object.entries(table.byName)) {
    tensors[`module/${name}`] = await copyTensor(variable)
  }
  const optimizers: Record<string, Json> = {}
  for (const [name, optimizer] of Object.entries(run.fit.optimizers)) {
    const { iterations, endings, tensors: own } = await saveOptimizer(optimizer, table)
    optimizers[name] = { iterations, endings }
    for (const path in own) tensors[`optimizer/${name}/${path}`] = own[path] as TensorData
  }
  const isWaiting = latch.requested && (latch.isInterrupted || !run.stopReason)
  const { plugin = '', message = '' } = latch.requested ?? {}
  const { position } = run
  const meta: Snapshot['meta'] = {
    format: 1,
    position,
    elapsedMs: run.elapsedMs,
    history: encodeJson(run.history, 'history'),
    metrics: encodeJson(position.isInEpoch ? run.epochLog.save() : [], 'metrics'),
    loaders: { train: run.loaderState(position.isInEpoch), validation: validationStates(run) },
    requested: isWaiting ? { plugin, message } : null,
    optimizers,
    plugins: run.fit.plugins.save(tensors),
  }
  if (!run.hooks.isTapped('saveState')) return { meta, tensors }
  return run.hooks.waterfall('saveState', { meta, tensors }, at(run.state, {}))
}

/** Puts a run where a snapshot was taken. @throws REG_CHECKPOINT_MISMATCH */
export async function restoreSnapshot(run: FitRun, snapshot: Snapshot): Promise<void> {
  const { meta, tensors } = checkedSnapshot(snapshot)
  const { position, requested } = meta
  const { options, table, latch } = run.parts
  if (position.epoch > options.maxEpochs) {
    const problem = `The snapshot was taken after ${position.epoch} epochs, but maxEpochs is`
    const advice = 'Raise maxEpochs, or resume from an earlier one.'
    const text = `${problem} ${options.maxEpochs}. ${advice}`
    throw new RegimenError('REG_CHECKPOINT_MISMATCH', text)
  }
  restoreVariables(table, tensors)
  for (const [name, saved] of Object.entries(meta.optimizers)) {
    const state = { ...(saved as object), tensors: under(`optimizer/${name}/`, tensors) }
    restoreOptimizer(optimizerOf(run, name), state as OptimizerState, table)
  }
  at(position, run.state)
  run.elapsedBefore = meta.elapsedMs
  run.validationSchedule.lastStep = position.isBoundaryPending ? -1 : position.step
  run.logSchedule.lastStep = position.step
  run.history.push(...(decodeJson(meta.history) as HistoryRow[]))
  for (const { epoch, ...values } of run.history) {
    for (const [name, value] of Object.entries(values)) run.results.set(name, value)
  }
  const metrics = decodeJson(meta.metrics) as unknown as MetricState[]
  run.resume = { position, metrics, loader: meta.loaders.train }
  for (const [name, loader] of validationLoaders(run)) {
    const state = meta.loaders.validation[name]
    if (state !== undefined) loader.restore?.(state)
  }
  if (requested) latch.request(requested.plugin, requested.message)
  run.fit.plugins.load(meta.plugins, tensors)
  await run.emit('loadState', { snapshot })
}

/** Checks that a value is a snapshot of this version. @throws REG_CHECKPOINT_MISMATCH */
export function checkedSnapshot(snapshot: Snapshot): Snapshot {
  const format: unknown = snapshot?.meta?.format
  if (format === 1) return snapshot
  const text =
    typeof format === 'number'
      ? `The snapshot has format ${format}, this version reads format 1. Upgrade @regimen/core.`
      : `${quote(snapshot)} is no snapshot; give what snapshot() gave, "last", "best" or a path.`
  throw new RegimenError('REG_CHECKPOINT_MISMATCH', text)
}

function optimizerOf(run: FitRun, name: string): Optimizer {
  const optimizer = run.fit.optimizers[name]
  if (optimizer) return optimizer
  const made = `configureOptimizers() made ${quoteAll(run.optimizerNames)}`
  const text = `The snapshot has an optimizer ${quote(name)}, ${made}.`
  throw new RegimenError('REG_CHECKPOINT_MISMATCH', text)
}

function validationStates(run: FitRun): Record<string, Json> {
  return Object.fromEntries(
    validationLoaders(run).flatMap(([name, loader]) =>
      loader.state ? [[name, loader.state()]] : [],
    ),
  )
}

function validationLoaders(run: FitRun): [string, LoaderTraits][] {
  const { validation } = run.fit.data
  if (validation === undefined) return []
  return namedSources(validation, 'data.validation').flatMap(({ name = '', source }) =>
    typeof source === 'function' ? [] : [[name, source as LoaderTraits]],
  )
}
