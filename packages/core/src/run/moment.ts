import type { LoaderPosition } from '../data/batch-cursor.js'
import { namedSources } from '../data/batch-source.js'
import { fail } from '../floor/errors.js'
import type { Json } from '../floor/json.js'
import type { ScheduleState } from '../floor/schedule.js'
import type { Metric, Numbers } from '../metrics/metrics.js'
import type { PluginStop } from '../state/run-state.js'
import type { Position } from '../state/snapshot.js'
import type { NamedTensorData, TensorData } from '../state/variables.js'
import type { HistoryRow } from './fit-result.js'
import type { FitRun } from './fit-run.js'

/** What a run is at one moment, but for its weights and optimizers. */
export interface Moment {
  readonly position: Position
  readonly elapsedMs: number
  readonly history: readonly HistoryRow[]
  /** Sums of the epoch so far. */
  readonly sums: readonly Metric[]
  readonly results: Numbers
  readonly validated: Numbers | undefined
  readonly train: LoaderPosition
  readonly validation: Readonly<Record<string, Json>>
  readonly schedules: Readonly<Record<string, ScheduleState>>
  readonly trainBatches: number | null
  readonly evaluated: Readonly<Record<string, number>>
  readonly requested: PluginStop | null
  readonly plugins: Readonly<Record<string, Json>>
  readonly pluginTensors: NamedTensorData
  /** What the weights hold: a variable that is assigned gets another one of these. */
  readonly weights: readonly object[]
}

/** The present moment. After the metrics that wait on the device were fetched. @throws REG_BUSY */
export function momentOf(run: FitRun): Moment {
  const { position, epochLog, session, results, validatedInEpoch: validated } = run
  const train = run.loaderPosition(position.isInEpoch) ?? fail('REG_BUSY.loader')
  return {
    position,
    elapsedMs: run.elapsedMs(),
    history: [...run.history],
    sums: position.isInEpoch ? epochLog.save().map((metric) => Object.assign({}, metric)) : [],
    results: Object.assign({}, results),
    validated,
    train,
    validation: validationStates(run),
    schedules: Object.fromEntries(
      run.schedules.all.map(({ key, schedule }) => [key, schedule.last]),
    ),
    trainBatches: run.trainBatches ?? null,
    evaluated: Object.assign({}, session.evaluated.validation),
    requested: session.requested ?? null,
    ...pluginStates(run),
    weights: run.variables.map(({ dataId }) => dataId),
  }
}

/** The states of the plugins now. */
export function pluginStates({ session }: FitRun): Pick<Moment, 'plugins' | 'pluginTensors'> {
  const pluginTensors: Record<string, TensorData> = {}
  return { plugins: session.host.save(pluginTensors), pluginTensors }
}

const validationStates = (run: FitRun): Record<string, Json> =>
  Object.fromEntries(
    validationLoaders(run).map(({ name, loader }) => [name, loader.state?.() ?? null]),
  )

/** The validation loaders that last for the whole run and can tell their position; an only one is `''`. */
export const validationLoaders = ({ data: { validation = [] } }: FitRun) =>
  namedSources(validation, 'data.validation').flatMap(({ name = '', source, place }) =>
    typeof source === 'function' || !source.state ? [] : [{ name, loader: source, place }],
  )
