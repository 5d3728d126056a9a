import { type LoaderTraits, namedSources } from './batch-source.js'
import { fail, quote, say } from './errors.js'
import type { FitRun, HistoryRow } from './fit-run.js'
import { decodeJson, encodeJson, type Json } from './json.js'
import type { Metric } from './metric.js'
import { type OptimizerData, restoreOptimizer, saveOptimizer } from './optimizer-slots.js'
import { at, type Counters, type PluginStop } from './run-state.js'
import type { NamedTensorData, TensorData } from './variables.js'
import { copyTensor, restoreVariables, under } from './variables.js'

/** The whole state of a run, as data: what a checkpoint file holds. */
export interface Snapshot {
  /** JSON as it is; numbers that JSON has not are tagged in it. */
  readonly meta: SnapshotMeta
  /** `module/<variable>`, `optimizer/<optimizer>/<slot>`, `plugin/<id>/<name>`. */
  readonly tensors: NamedTensorData
}

/** What a snapshot says besides tensors. */
export type SnapshotMeta = {
  readonly format: 1
  readonly position: Position
  /** Milliseconds of training so far. */
  readonly elapsedMs: number
  /** Rows of `result.history`, tagged. */
  readonly history: Json
  /** Sums of the epoch so far, the newest values, those of the epoch's newest validation, tagged. */
  readonly metrics: Json
  /** Positions of the loaders that can tell theirs; a single validation loader has the name `''`. */
  readonly loaders: { readonly train: Json; readonly validation: { readonly [name: string]: Json } }
  /** A plugin's wish to stop that waits for `minEpochs` or `minSteps`. */
  readonly requested: PluginStop | null
  readonly optimizers: { readonly [name: string]: Pick<OptimizerData, 'iterations' | 'endings'> }
  /** State of each plugin by id, tagged. */
  readonly plugins: { readonly [id: string]: Json }
  /** Entries of others, added in `saveState`. */
  readonly [key: string]: Json
}

/**
 * Where a run stands: the counters (`batch` is 0 between epochs); whether the epoch has begun and is
 * to be gone on with; whether the validation that may be due after the last batch is still to be
 * done; and whether all batches of that epoch were used.
 */
export type Position = Counters &
  Readonly<Record<'isInEpoch' | 'isBoundaryPending' | 'isDataOver', boolean>>

/**
 * Copies the whole state of a run. Between batches only: in the middle of a step it would be torn.
 *
 * @throws REG_BUSY
 */
export async function collectSnapshot(run: FitRun): Promise<Snapshot> {
  if (run.isInBatch) fail('REG_BUSY.step')
  await run.flush()
  const { position, results, validatedInEpoch } = run
  const { table, requested, host } = run.session
  const tensors: Record<string, TensorData> = {}
  for (const [name, variable] of Object.entries(table.byName))
    tensors[`module/${name}`] = await copyTensor(variable)
  const optimizers: Record<string, SnapshotMeta['optimizers'][string]> = {}
  for (const [name, optimizer] of Object.entries(run.optimizers)) {
    const { iterations, endings, tensors: own } = await saveOptimizer(optimizer, table)
    optimizers[name] = { iterations, endings }
    for (const path in own) tensors[`optimizer/${name}/${path}`] = own[path] as TensorData
  }
  const validation: Record<string, Json> = {}
  for (const [name, loader] of validationLoaders(run))
    if (loader.state) validation[name] = loader.state()
  const isWaiting = run.session.isInterrupted || !run.stopReason
  const sums = position.isInEpoch ? run.epochLog.save() : []
  const validated = validatedInEpoch && [...validatedInEpoch]
  const meta: SnapshotMeta = {
    format: 1,
    position,
    elapsedMs: run.elapsedMs,
    history: encodeJson(run.history, 'history'),
    metrics: encodeJson({ sums, results: [...results], validated }, 'metrics'),
    loaders: { train: run.loaderState(position.isInEpoch), validation },
    requested: (isWaiting && requested) || null,
    optimizers,
    plugins: host.save(tensors),
  }
  return run.hooks.waterfall('saveState', { meta, tensors }, at(run.state, {}))
}

type Values = [name: string, value: number][]
type SavedMetrics = { sums: Metric[]; results: Values; validated?: Values }

/** Puts a run where a snapshot was taken. @throws REG_CHECKPOINT_MISMATCH */
export async function restoreSnapshot(run: FitRun, snapshot: Snapshot): Promise<void> {
  const { meta, tensors } = checkedSnapshot(snapshot)
  const { position, requested, loaders } = meta
  const { session } = run
  const { options, table, host } = session
  const { epoch, step, isInEpoch, isBoundaryPending, isDataOver } = position
  const { maxEpochs } = options
  if (epoch > maxEpochs) fail('REG_CHECKPOINT_MISMATCH.epochs', { epoch, maxEpochs })
  restoreVariables(table, tensors)
  for (const [name, saved] of Object.entries(meta.optimizers)) {
    const about = { name, names: run.optimizerNames }
    const optimizer = run.optimizers[name] ?? fail('REG_CHECKPOINT_MISMATCH.optimizer', about)
    restoreOptimizer(optimizer, { ...saved, tensors: under(`optimizer/${name}/`, tensors) }, table)
  }
  at(position, run.state)
  run.elapsedBefore = meta.elapsedMs
  run.validationSchedule.lastStep = position.isBoundaryPending ? -1 : position.step
  run.logSchedule.lastStep = position.step
  run.history.push(...(decodeJson(meta.history) as HistoryRow[]))
  const saved = decodeJson(meta.metrics) as unknown as SavedMetrics
  for (const [name, value] of saved.results) run.results.set(name, value)
  Object.assign(run, { isInEpoch, isBoundaryPending, isDataOver })
  run.epochLog = run.newLog(position.batch)
  run.epochLog.restore(saved.sums)
  run.validatedInEpoch = saved.validated && new Map(saved.validated)
  run.resume = loaders.train
  run.loaderState = () => loaders.train
  for (const [name, loader] of validationLoaders(run)) {
    const state = loaders.validation[name]
    if (state !== undefined) loader.restore?.(state)
  }
  session.requested ??= requested ?? undefined
  const { kind } = run.stopReason ?? {}
  const isOver = kind === 'maxEpochs' || kind === 'maxSteps' || kind === 'maxSeconds'
  if (isOver && !isBoundaryPending)
    session.report.warn(say('notice.over', { epoch, step, kind, limit: options[kind] }))
  host.load(meta.plugins, tensors)
  await run.hooks.emit('loadState', { snapshot })
}

/** Checks that a value is a snapshot of this version. @throws REG_CHECKPOINT_MISMATCH */
export function checkedSnapshot(snapshot: Snapshot): Snapshot {
  const format: unknown = snapshot?.meta?.format
  if (format === 1) return snapshot
  const found = typeof format === 'number' ? `a snapshot of format ${format}` : quote(snapshot)
  return fail('REG_CHECKPOINT_MISMATCH.format', { found })
}

/** The validation loaders that last for the whole run, by name. */
function validationLoaders({ data: { validation } }: FitRun): [string, LoaderTraits][] {
  const all = validation === undefined ? [] : namedSources(validation, 'data.validation')
  const loaders = all.filter(({ source }) => typeof source !== 'function')
  return loaders.map(({ name = '', source }) => [name, source as LoaderTraits])
}
