import { type LoaderTraits, namedSources } from './batch-source.js'
import { fail, say } from './errors.js'
import type { FitRun, HistoryRow } from './fit-run.js'
import { decodeJson, encodeJson, type Json } from './json.js'
import type { Metric } from './metric.js'
import { quote, quoteAll } from './nearest.js'
import { type OptimizerData, restoreOptimizer, saveOptimizer } from './optimizer-slots.js'
import { at, type Counters } from './run-state.js'
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
  /** Sums of the epoch's metrics so far, tagged. */
  readonly metrics: Json
  /** Positions of the loaders that can tell theirs; a single validation loader has the name `''`. */
  readonly loaders: { readonly train: Json; readonly validation: { readonly [name: string]: Json } }
  /** The newest value of every metric, and those of the newest validation of the epoch, tagged. */
  readonly results: Json
  readonly validated: Json
  /** A plugin's wish to stop that waits for `minEpochs` or `minSteps`. */
  readonly requested: { readonly plugin: string; readonly message: string } | null
  readonly optimizers: { readonly [name: string]: Json }
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
  if (run.isInBatch) {
    const text = 'A snapshot was asked for in the middle of a step'
    fail('REG_BUSY', `${text}. Ask in batchEnd or later, best in save.`)
  }
  await run.flush()
  const { position, results, validatedInEpoch } = run
  const { table, requested, host } = run.session
  const tensors: Record<string, TensorData> = {}
  for (const [name, variable] of Object.entries(table.byName)) {
    tensors[`module/${name}`] = await copyTensor(variable)
  }
  const optimizers: Record<string, Json> = {}
  for (const [name, optimizer] of Object.entries(run.optimizers)) {
    const { iterations, endings, tensors: own } = await saveOptimizer(optimizer, table)
    optimizers[name] = { iterations, endings }
    for (const path in own) tensors[`optimizer/${name}/${path}`] = own[path] as TensorData
  }
  const validation: Record<string, Json> = {}
  for (const [name, loader] of validationLoaders(run)) {
    if (loader.state) validation[name] = loader.state()
  }
  const isWaiting = requested && (run.session.isInterrupted || !run.stopReason)
  const { plugin = '', message = '' } = requested ?? {}
  const meta: SnapshotMeta = {
    format: 1,
    position,
    elapsedMs: run.elapsedMs,
    history: encodeJson(run.history, 'history'),
    metrics: encodeJson(position.isInEpoch ? run.epochLog.save() : [], 'metrics'),
    results: encodeJson(Object.fromEntries(results), 'results'),
    validated: validatedInEpoch
      ? encodeJson(Object.fromEntries(validatedInEpoch), 'metrics')
      : null,
    loaders: { train: run.loaderState(position.isInEpoch), validation },
    requested: isWaiting ? { plugin, message } : null,
    optimizers,
    plugins: host.save(tensors),
  }
  return run.hooks.waterfall('saveState', { meta, tensors }, at(run.state, {}))
}

/** Puts a run where a snapshot was taken. @throws REG_CHECKPOINT_MISMATCH */
export async function restoreSnapshot(run: FitRun, snapshot: Snapshot): Promise<void> {
  const { meta, tensors } = checkedSnapshot(snapshot)
  const { position, requested, loaders } = meta
  const { session } = run
  const { options, table, host } = session
  if (position.epoch > options.maxEpochs) {
    const text = `The snapshot was taken after ${position.epoch} epochs, but maxEpochs is`
    const advice = 'Raise maxEpochs, or resume from an earlier one.'
    fail('REG_CHECKPOINT_MISMATCH', `${text} ${options.maxEpochs}. ${advice}`)
  }
  restoreVariables(table, tensors)
  for (const [name, saved] of Object.entries(meta.optimizers)) {
    const state = Object.assign({ tensors: under(`optimizer/${name}/`, tensors) }, saved)
    const optimizer = run.optimizers[name]
    if (optimizer) restoreOptimizer(optimizer, state as unknown as OptimizerData, table)
    else {
      const made = `configureOptimizers() made ${quoteAll(run.optimizerNames)}`
      fail('REG_CHECKPOINT_MISMATCH', `The snapshot has an optimizer ${quote(name)}, ${made}.`)
    }
  }
  at(position, run.state)
  run.elapsedBefore = meta.elapsedMs
  run.validationSchedule.lastStep = position.isBoundaryPending ? -1 : position.step
  run.logSchedule.lastStep = position.step
  run.history.push(...(decodeJson(meta.history) as HistoryRow[]))
  for (const [name, value] of numbersIn(meta.results)) run.results.set(name, value)
  const { isInEpoch, isBoundaryPending, isDataOver } = position
  Object.assign(run, { isInEpoch, isBoundaryPending, isDataOver })
  run.epochLog = run.newLog(position.batch)
  run.epochLog.restore(decodeJson(meta.metrics) as unknown as Metric[])
  run.validatedInEpoch = meta.validated === null ? undefined : numbersIn(meta.validated)
  const inEpoch = isInEpoch && !isDataOver
  run.resume = { loader: loaders.train, batch: inEpoch ? position.batch : 0, inEpoch }
  run.loaderState = () => loaders.train
  for (const [name, loader] of validationLoaders(run)) {
    const state = loaders.validation[name]
    if (state !== undefined) loader.restore?.(state)
  }
  if (requested) session.requested ??= { kind: 'plugin', ...requested }
  const { kind } = run.stopReason ?? {}
  const isOver = kind === 'maxEpochs' || kind === 'maxSteps' || kind === 'maxSeconds'
  const { epoch, step } = position
  if (isOver && !isBoundaryPending)
    session.report.warn(say('notice.over', { epoch, step, kind, limit: options[kind] }))
  host.load(meta.plugins, tensors)
  await run.hooks.emit('loadState', { snapshot })
}

/** Checks that a value is a snapshot of this version. @throws REG_CHECKPOINT_MISMATCH */
export function checkedSnapshot(snapshot: Snapshot): Snapshot {
  const format: unknown = snapshot?.meta?.format
  if (format === 1) return snapshot
  const text =
    typeof format === 'number'
      ? `The snapshot has format ${format}, this version reads format 1. Upgrade @regimen/core.`
      : `${quote(snapshot)} is no snapshot; give what snapshot() gave, "last", "best" or a path.`
  return fail('REG_CHECKPOINT_MISMATCH', text)
}

const numbersIn = (values: Json): Map<string, number> =>
  new Map(Object.entries(decodeJson(values) as Record<string, number>))

/** The validation loaders that last for the whole run, by name. */
function validationLoaders({ data: { validation } }: FitRun): [string, LoaderTraits][] {
  const all = validation === undefined ? [] : namedSources(validation, 'data.validation')
  const loaders = all.filter(({ source }) => typeof source !== 'function')
  return loaders.map(({ name = '', source }) => [name, source as LoaderTraits])
}
