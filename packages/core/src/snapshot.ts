import type { LoaderTraits } from './batch-source.js'
import { namedSources } from './batch-source.js'
import { fail } from './errors.js'
import type { FitRun, HistoryRow } from './fit-run.js'
import { decodeJson, encodeJson, type Json } from './json.js'
import type { MetricState } from './metric.js'
import { quote, quoteAll } from './nearest.js'
import { type OptimizerState, restoreOptimizer, saveOptimizer } from './optimizer-slots.js'
import { at, type Counters } from './run-state.js'
import {
  copyTensor,
  type NamedTensorData,
  restoreVariables,
  type TensorData,
  under,
} from './variables.js'

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
  const { position, validatedInEpoch } = run
  const { table, latch, host } = run.parts
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
  const isWaiting = latch.requested && (run.isInterrupted || !run.stopReason)
  const { plugin = '', message = '' } = latch.requested ?? {}
  const meta: SnapshotMeta = {
    format: 1,
    position,
    elapsedMs: run.elapsedMs,
    history: encodeJson(run.history, 'history'),
    metrics: encodeJson(position.isInEpoch ? run.epochLog.save() : [], 'metrics'),
    results: encodeJson(Object.fromEntries(run.results), 'results'),
    validated: validatedInEpoch
      ? encodeJson(Object.fromEntries(validatedInEpoch), 'metrics')
      : null,
    loaders: { train: run.loaderState(position.isInEpoch), validation: validationStates(run) },
    requested: isWaiting ? { plugin, message } : null,
    optimizers,
    plugins: host.save(tensors),
  }
  if (!run.hooks.isTapped('saveState')) return { meta, tensors }
  return run.hooks.waterfall('saveState', { meta, tensors }, at(run.state, {}))
}

/** Puts a run where a snapshot was taken. @throws REG_CHECKPOINT_MISMATCH */
export async function restoreSnapshot(run: FitRun, snapshot: Snapshot): Promise<void> {
  const { meta, tensors } = checkedSnapshot(snapshot)
  const { position, requested, loaders } = meta
  const { options, table, latch, host } = run.parts
  if (position.epoch > options.maxEpochs) {
    const text = `The snapshot was taken after ${position.epoch} epochs, but maxEpochs is`
    const advice = 'Raise maxEpochs, or resume from an earlier one.'
    fail('REG_CHECKPOINT_MISMATCH', `${text} ${options.maxEpochs}. ${advice}`)
  }
  restoreVariables(table, tensors)
  for (const [name, saved] of Object.entries(meta.optimizers)) {
    const state = Object.assign({ tensors: under(`optimizer/${name}/`, tensors) }, saved)
    const optimizer = run.optimizers[name]
    if (optimizer) restoreOptimizer(optimizer, state as unknown as OptimizerState, table)
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
  const metrics = decodeJson(meta.metrics) as unknown as MetricState[]
  const validated = meta.validated === null ? undefined : numbersIn(meta.validated)
  run.resume = { position, metrics, loader: loaders.train, validated }
  run.loaderState = () => loaders.train
  for (const [name, loader] of validationLoaders(run)) {
    const state = loaders.validation[name]
    if (state !== undefined) loader.restore?.(state)
  }
  if (requested) latch.request(requested.plugin, requested.message)
  sayIfOver(run, position)
  host.load(meta.plugins, tensors)
  await run.hooks.emit('loadState', { snapshot })
}

/** Nothing is left to train where the snapshot is as old as a limit allows. */
function sayIfOver(run: FitRun, { epoch, step, isBoundaryPending }: Position): void {
  const { options, report } = run.parts
  const { kind } = run.stopReason ?? {}
  if (isBoundaryPending || (kind !== 'maxEpochs' && kind !== 'maxSteps' && kind !== 'maxSeconds'))
    return
  const text = `The snapshot was taken after ${epoch} epochs and ${step} steps, and ${kind} is`
  report.warn(`${text} ${options[kind]}: nothing is trained. Raise ${kind} to go on.`)
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

function validationStates(run: FitRun): Record<string, Json> {
  const loaders = validationLoaders(run)
  return Object.fromEntries(
    loaders.flatMap(([name, one]) => (one.state ? [[name, one.state()]] : [])),
  )
}

function validationLoaders({ data }: FitRun): [string, LoaderTraits][] {
  const { validation } = data
  const all = validation === undefined ? [] : namedSources(validation, 'data.validation')
  const loaders = all.filter(({ source }) => typeof source !== 'function')
  return loaders.map(({ name = '', source }) => [name, source as LoaderTraits])
}
