import { namedSources } from './batch-source.js'
import { fail, quote, say } from './errors.js'
import type { HistoryRow } from './fit-result.js'
import type { FitRun } from './fit-run.js'
import { decodeJson, encodeJson, type Json } from './json.js'
import type { Metric, Numbers } from './metrics.js'
import { at, type Counters, type PluginStop } from './run-state.js'
import type { ScheduleState } from './schedule.js'
import { snapshotFault } from './snapshot-schema.js'
import type { NamedTensorData } from './variables.js'
import { copyTensors, restoreSlots, restoreVariables, slotsByName, under } from './variables.js'

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
  /** Positions of the loaders that can tell theirs; a single validation loader has the name `''`. */
  readonly loaders: { readonly train: Json; readonly validation: { readonly [name: string]: Json } }
  /** Where each schedule last happened: `validateEvery`, `logEvery`, `<plugin>/<option>`. */
  readonly schedules: { readonly [name: string]: ScheduleState }
  /** Batches of the epoch, where a loader told. */
  readonly trainBatches: number | null
  /** Batches of completed validations by name of the loader, `''` for an only one. */
  readonly evaluated: { readonly [loader: string]: number }
  /** A plugin's wish to stop that waits for `minEpochs` or `minSteps`. */
  readonly requested: PluginStop | null
  /** What optimizers hold besides tensors. */
  readonly optimizers: { readonly [name: string]: { readonly iterations: number } }
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
export type Position = Pick<Counters, keyof Counters> &
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
  const { table, requested, host, signal } = run.session
  const tensors = await copyTensors(table.byName, 'module/')
  const optimizers: Record<string, { iterations: number }> = {}
  for (const [name, optimizer] of Object.entries(run.optimizers)) {
    optimizers[name] = { iterations: optimizer.iterations }
    const slots = slotsByName(optimizer, table)
    Object.assign(tensors, await copyTensors(slots, `optimizer/${name}/`))
  }
  const positions = loadersOf(run).map(([name, loader]) => [name, loader.state?.()])
  const validation = Object.fromEntries(positions)
  const sums = position.isInEpoch ? run.epochLog.save() : []
  const meta: SnapshotMeta = {
    format: 1,
    position,
    elapsedMs: run.elapsedMs(),
    history: encodeJson(run.history, 'history'),
    metrics: encodeJson({ sums, results, validated: validatedInEpoch }, 'metrics'),
    loaders: { train: run.loaderState(position.isInEpoch), validation },
    schedules: Object.fromEntries(
      run.schedules.all.map(({ key, schedule }) => [key, schedule.last]),
    ),
    trainBatches: run.trainBatches ?? null,
    evaluated: { ...run.session.evaluated.validation },
    requested: ((signal.aborted || !run.stopReason) && requested) || null,
    optimizers,
    plugins: host.save(tensors),
  }
  return run.hooks.waterfall('saveState', { meta, tensors }, at(run.state, {}))
}

type SavedMetrics = { sums: Metric[]; results: Numbers; validated?: Numbers }

/** Puts a run where a snapshot was taken. @throws REG_CHECKPOINT_MISMATCH */
export async function restoreSnapshot(run: FitRun, snapshot: Snapshot): Promise<void> {
  const { meta, tensors } = snapshot
  const source = sourceOf(snapshot)
  const { position, loaders, schedules = {} } = meta
  const { epoch, step, isInEpoch, isBoundaryPending, isDataOver } = position
  const { options, table, host, report } = run.session
  if (epoch > options.maxEpochs)
    fail('REG_CHECKPOINT_MISMATCH.epochs', { source, epoch, ...options })
  restoreVariables(table, tensors, source)
  for (const [name, { iterations }] of Object.entries(meta.optimizers)) {
    const about = { source, name, names: run.optimizerNames }
    const own = Object.hasOwn(run.optimizers, name) ? run.optimizers[name] : undefined
    const optimizer = own ?? fail('REG_CHECKPOINT_MISMATCH.optimizer', about)
    Object.assign(optimizer, { iterations_: iterations })
    restoreSlots(optimizer, under(`optimizer/${name}/`, tensors), table, source)
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
  const goesOn = (isInEpoch && !isDataOver) || typeof run.data.train !== 'function'
  run.resume = goesOn ? loaders.train : null
  run.loaderState = () => loaders.train
  for (const [name, loader] of loadersOf(run))
    if (Object.hasOwn(loaders.validation, name)) loader.restore?.(loaders.validation[name] as Json)
  run.session.requested ??= meta.requested ?? undefined
  const kind = run.stopReason?.kind as keyof typeof options
  if (kind in options && !isBoundaryPending)
    report.warn(say('notice.over', { epoch, step, kind, limit: options[kind] }))
  host.load(meta.plugins, tensors)
  await run.hooks.emit('loadState', { snapshot })
}

/** Checks that a value is a whole snapshot of this version. @throws REG_CHECKPOINT_MISMATCH */
export function checkedSnapshot(snapshot: Snapshot): Snapshot {
  const format: unknown = snapshot?.meta?.format
  const found = typeof format === 'number' ? `a snapshot of format ${format}` : quote(snapshot)
  if (format !== 1) fail('REG_CHECKPOINT_MISMATCH.format', { found })
  const fault = snapshotFault(snapshot)
  return fault === undefined ? snapshot : fail('REG_CHECKPOINT_MISMATCH.shape', { fault })
}

/** The validation loaders that last for the whole run and can tell their position, by name. */
const loadersOf = ({ data: { validation = [] } }: FitRun) =>
  namedSources(validation, 'data.validation').flatMap(({ name = '', source }) =>
    typeof source === 'function' || !source.state ? [] : [[name, source] as const],
  )
